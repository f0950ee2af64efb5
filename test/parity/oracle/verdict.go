package main

// verdict is what became of one pod, as `berth explain -o json` and the recordings say it.
type verdict struct {
	Pod     string   `json:"pod"`
	Profile string   `json:"profile"`
	Best    []string `json:"best,omitempty"`
	// Message is the text of the FailedScheduling event.
	Message string `json:"message,omitempty"`
	// Error is a failure of the cycle, which no node is to blame for.
	Error string `json:"error,omitempty"`
	// Errors are what Error may be as well, where Filters fail on several nodes: that of the node that was asked first.
	Errors []string `json:"errors,omitempty"`
	// Panic is what ended kube-scheduler in the midst of this pod's cycle. Nodes are then what was said before, without
	// scores; none where it ended before Filter.
	Panic string `json:"panic,omitempty"`
	// Held is why the pod would not be tried at all.
	Held  string        `json:"held,omitempty"`
	Nodes []nodeVerdict `json:"nodes"`
	// Nominated are the nodes that preemption may choose; more than one is a tie.
	Nominated []string `json:"nominated,omitempty"`
	// Victims are the pods that go, by node in Nominated, in kube-scheduler's order.
	Victims map[string][]string `json:"victims,omitempty"`
	// Wakes says of each of the question's events whether the pod, which fits nowhere, is tried again for it.
	Wakes []bool `json:"wakes,omitempty"`
}

type nodeVerdict struct {
	Name     string           `json:"name"`
	Feasible bool             `json:"feasible"`
	Plugin   string           `json:"plugin,omitempty"`
	Code     string           `json:"code,omitempty"`
	Reasons  []string         `json:"reasons,omitempty"`
	Scores   map[string]int64 `json:"scores,omitempty"`
	Total    int64            `json:"total"`
}
