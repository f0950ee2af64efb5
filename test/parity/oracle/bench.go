package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/scheduler"
	internalcache "k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// figures of the decisions about the pending pods of a cluster, one after another.
type figures struct {
	Pods        int     `json:"pods"`
	Placed      int     `json:"placed"`
	MedianMicro float64 `json:"median_us"`
	MeanMicro   float64 `json:"mean_us"`
}

// bench decides about pending pods as the process does: all it would do about a pod before it binds it. A pod that is
// placed counts as assumed for the next. It ends after so many seconds.
func bench(file string, limit time.Duration) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	objects, err := readCluster(text)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	sched, snapshot, err := newScheduler(ctx, nil, objects, asTheProcess)
	if err != nil {
		return err
	}
	evictions := map[string]*preemption{}
	for name, profile := range sched.Profiles {
		evictions[name] = watchPreemption(profile, false)
	}
	var times []time.Duration
	result := figures{}
	started := time.Now()
	for _, pod := range objects.pods {
		profile, ours := sched.Profiles[pod.Spec.SchedulerName]
		if pod.Spec.NodeName != "" || !ours {
			continue
		}
		began := time.Now()
		placed, err := decide(ctx, sched, snapshot, profile, evictions[pod.Spec.SchedulerName], pod)
		times = append(times, time.Since(began))
		if err != nil {
			return fmt.Errorf("%s: %w", pod.Name, err)
		}
		if placed {
			result.Placed++
		}
		if time.Since(started) > limit {
			break
		}
	}
	if result.Pods = len(times); result.Pods == 0 {
		return fmt.Errorf("%s: no pod is pending", file)
	}
	for _, one := range times {
		result.MeanMicro += float64(one.Nanoseconds()) / 1e3 / float64(len(times))
	}
	slices.Sort(times)
	result.MedianMicro = float64(times[len(times)/2].Nanoseconds()) / 1e3
	return json.NewEncoder(os.Stdout).Encode(result)
}

func decide(ctx context.Context, sched *scheduler.Scheduler, snapshot *internalcache.Snapshot,
	profile framework.Framework, evictions *preemption, pod *v1.Pod) (bool, error) {
	info, err := framework.NewPodInfo(pod)
	if err != nil {
		return false, err
	}
	state := framework.NewCycleState()
	state.Write(framework.PodsToActivateKey, framework.NewPodsToActivate())
	logger := klog.FromContext(ctx)
	if err := sched.Cache.UpdateSnapshot(logger, snapshot); err != nil {
		return false, err
	}
	chosen, err := sched.SchedulePod(ctx, profile, state, &framework.QueuedPodInfo{PodInfo: info})
	node := chosen.SuggestedHost
	if unfit, is := err.(*framework.FitError); is {
		evictions.reset()
		nominated, _ := profile.RunPostFilterPlugins(ctx, state, pod, unfit.Diagnosis.NodeToStatus)
		if nominated == nil || nominated.NominatedNodeName == "" {
			return false, nil
		}
		// The victims go and the pod takes their place: what the next pod finds is what it would find later.
		node = nominated.NominatedNodeName
		for _, victim := range evictions.candidates[node].Pods {
			if err := sched.Cache.RemovePod(logger, victim); err != nil {
				return false, err
			}
		}
	} else if err != nil {
		return false, err
	}
	assumed := pod.DeepCopy()
	assumed.Spec.NodeName = node
	return true, sched.Cache.AssumePod(logger, assumed)
}
