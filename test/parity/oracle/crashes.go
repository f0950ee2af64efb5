package main

import (
	"context"
	"fmt"
	"regexp"
	"runtime/debug"
	"time"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// A running kube-scheduler ends when a plugin panics. Here the pod's verdict says so, and the next pod is judged.
var crashes = make(chan string, 64)

// surviveCrashes must be called before the first cycle. Plugins run in goroutines of their own, whose panics no caller
// could recover.
func surviveCrashes() {
	utilruntime.ReallyCrash = false
	utilruntime.PanicHandlers = []func(context.Context, any){func(_ context.Context, why any) { crashed(why) }}
}

var inPlugin = regexp.MustCompile(`scheduler/framework/plugins/\S*?(\w+\.\(\*?\w+\)\.\w+)\(`)

// crashed is called where the panic is, or in a deferred call beneath it: the stack still shows the plugin.
func crashed(why any) {
	text := fmt.Sprint(why)
	if found := inPlugin.FindSubmatch(debug.Stack()); found != nil {
		text = string(found[1]) + ": " + text
	}
	select {
	case crashes <- text:
	default: // enough is known
	}
}

// takeCrash returns what crashed first since it was last asked; "" if nothing did. A goroutine counts as done before its
// panic is handled: where something is missing that it should have made, the panic is waited for.
func takeCrash(missing bool) string {
	var late <-chan time.Time
	if missing {
		late = time.After(time.Second)
	}
	first := ""
	for {
		select {
		case text := <-crashes:
			if first == "" {
				first = text
			}
			late = nil
			continue
		default:
		}
		if late == nil {
			return first
		}
		select {
		case first = <-crashes:
		case <-late:
		}
		late = nil
	}
}
