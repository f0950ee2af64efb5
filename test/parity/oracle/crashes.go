package main

import (
	"context"
	"fmt"
	"regexp"
	"runtime/debug"
	"sync"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// A running kube-scheduler ends when a plugin panics. Here the pod's verdict says so, and the next pod is judged.
var crashes struct {
	sync.Mutex
	last string
}

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
	crashes.Lock()
	defer crashes.Unlock()
	if crashes.last == "" {
		crashes.last = text
	}
}

// takeCrash returns what crashed since it was last asked; "" if nothing did.
func takeCrash() string {
	crashes.Lock()
	defer crashes.Unlock()
	text := crashes.last
	crashes.last = ""
	return text
}
