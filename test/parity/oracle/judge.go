package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	v1 "k8s.io/api/core/v1"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

func terminated(pod *v1.Pod) bool {
	return pod.Status.Phase == v1.PodSucceeded || pod.Status.Phase == v1.PodFailed
}

// judge asks about each pending pod of a profile, each beside the cluster as it stands in the list.
func judge(config []byte, objects clusterObjects, changes []readChange) ([]verdict, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	sched, _, err := newScheduler(ctx, config, objects, lookingAtAll)
	if err != nil {
		return nil, err
	}
	preemptions := map[string]*preemption{}
	for name, profile := range sched.Profiles {
		preemptions[name] = watchPreemption(profile, true)
	}
	verdicts := []verdict{}
	for _, pod := range objects.pods {
		profile, ours := sched.Profiles[pod.Spec.SchedulerName]
		if pod.Spec.NodeName != "" || terminated(pod) || !ours {
			continue
		}
		verdicts = append(verdicts, judgePod(ctx, sched, profile, preemptions[pod.Spec.SchedulerName], pod, changes))
	}
	return verdicts, nil
}

// held says why the scheduler would not try the pod.
func held(ctx context.Context, profile framework.Framework, pod *v1.Pod) string {
	if pod.DeletionTimestamp != nil {
		return fmt.Sprintf("skip schedule deleting pod: %v/%v", pod.Namespace, pod.Name)
	}
	for _, plugin := range profile.PreEnqueuePlugins() {
		if status := plugin.PreEnqueue(ctx, pod); !status.IsSuccess() {
			return status.Message()
		}
	}
	return ""
}

func judgePod(ctx context.Context, sched *scheduler.Scheduler, profile framework.Framework, preemption *preemption,
	pod *v1.Pod, changes []readChange) (result verdict) {
	recorder := &recorder{Framework: profile}
	empty := verdict{Pod: pod.Namespace + "/" + pod.Name, Profile: pod.Spec.SchedulerName, Nodes: []nodeVerdict{}}
	result = empty
	defer func() {
		if why := recover(); why != nil {
			crashed(why)
			result = empty
		}
		if why := takeCrash(recorder.incomplete); result.Panic == "" {
			result.Panic = why
		}
	}()
	if result.Held = held(ctx, profile, pod); result.Held != "" {
		return result
	}
	info, _ := framework.NewPodInfo(pod) // as the queue: with what could be parsed
	state := framework.NewCycleState()
	state.Write(framework.PodsToActivateKey, framework.NewPodsToActivate())
	preemption.reset()
	chosen, err := sched.SchedulePod(ctx, recorder, state, &framework.QueuedPodInfo{PodInfo: info})
	if result.Panic = takeCrash(recorder.incomplete); result.Panic != "" {
		if recorder.scores != nil { // all nodes were filtered
			result.Nodes, _ = recorder.filtered(recorder.excluded())
		}
		return result
	}
	unfit, isUnfit := err.(*framework.FitError)
	switch {
	case err == nil:
		recorder.judgeOthers(ctx, state, pod)
		result.Nodes = recorder.nodes(ctx, state, pod, recorder.excluded())
		result.Best = best(result.Nodes)
		if recorder.scores == nil {
			result.Best = []string{chosen.SuggestedHost}
		} else if !slices.Contains(result.Best, chosen.SuggestedHost) {
			result.Error = "oracle: " + chosen.SuggestedHost + " was chosen and is not among the best"
		}
	case isUnfit:
		preemption.postFilter(ctx, recorder, state, pod, unfit)
		result.Message = unfit.Error()
		result.Nodes = recorder.nodes(ctx, state, pod, unfit.Diagnosis.NodeToStatus)
		preemption.enter(&result)
		result.Wakes = wakes(ctx, profile, pod, unfit.Diagnosis.UnschedulablePlugins, changes)
	case err == scheduler.ErrNoNodesAvailable:
		result.Message = err.Error()
	default:
		result.Error = err.Error()
		if !recorder.rejected && recorder.statuses != nil {
			recorder.judgeOthers(ctx, state, pod)
			result.Errors = recorder.errors(result.Error)
		}
	}
	return result
}

func best(nodes []nodeVerdict) []string {
	var names []string
	most := int64(0)
	for _, node := range nodes {
		if !node.Feasible || (len(names) > 0 && node.Total < most) {
			continue
		}
		if node.Total > most || len(names) == 0 {
			names, most = nil, node.Total
		}
		names = append(names, node.Name)
	}
	slices.Sort(names)
	return names
}

func verdictOf(name string, status *fwk.Status) nodeVerdict {
	reasons := slices.Clone(status.Reasons())
	return nodeVerdict{Name: name, Plugin: status.Plugin(), Code: status.Code().String(), Reasons: reasons}
}

func byName(a, b nodeVerdict) int { return strings.Compare(a.Name, b.Name) }
