// Oracle judges clusters as kube-scheduler does, with kube-scheduler's own code.
//
// Each line of stdin is a JSON object: "config" (null, the name of a file in the folder -configs, or a
// KubeSchedulerConfiguration), "cluster" (a v1.List) and perhaps "events" (what might happen next, each by itself: a list of
// {"old", "new"}, an object and null where it comes or goes). Each line of stdout answers one, in order: {"verdicts": [...]},
// a verdict for each pending pod of a profile in the order of the list, in the format of the recordings in ../clusters;
// or {"error": "..."} for a configuration that kube-scheduler refuses or an object that is none.
//
// With -bench FILE it measures instead how long the decisions about the pending pods of a v1.List take: see bench.go.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"k8s.io/klog/v2"
)

type question struct {
	Config  json.RawMessage `json:"config"`
	Cluster json.RawMessage `json:"cluster"`
	Events  []change        `json:"events"`
}

type answer struct {
	Verdicts []verdict `json:"verdicts,omitempty"`
	Error    string    `json:"error,omitempty"`
}

// configuration returns the text of a question's configuration; nil where there is none.
func configuration(given json.RawMessage, folder string) ([]byte, error) {
	if len(given) == 0 || string(given) == "null" {
		return nil, nil
	}
	var name string
	if json.Unmarshal(given, &name) != nil {
		return given, nil
	}
	return os.ReadFile(filepath.Join(folder, filepath.Base(name)+".yaml"))
}

func answerTo(line []byte, folder string) (result answer) {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Error: err.Error()}
	}
	config, err := configuration(asked.Config, folder)
	if err != nil {
		return answer{Error: err.Error()}
	}
	objects, err := readCluster(asked.Cluster)
	if err != nil {
		return answer{Error: err.Error()}
	}
	changes, err := readChanges(asked.Events)
	if err != nil {
		return answer{Error: err.Error()}
	}
	verdicts, err := judge(config, objects, changes)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Verdicts: verdicts}
}

func main() {
	folder := flag.String("configs", ".", "folder of the configurations that questions name")
	list := flag.String("bench", "", "measure decisions about this cluster instead")
	limit := flag.Duration("bench-limit", 10*time.Second, "no more pods are decided after this")
	flag.Parse()
	// What plugins log of errors stands in the verdicts too.
	klog.SetLogger(klog.Logger{})
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	if *list != "" {
		if err := bench(*list, *limit); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	surviveCrashes()
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			text, failed := json.Marshal(answerTo(line, *folder))
			if failed != nil {
				fmt.Fprintln(os.Stderr, failed)
				os.Exit(1)
			}
			out.Write(text)
			out.WriteByte('\n')
			out.Flush()
		}
		if err != nil {
			return
		}
	}
}
