package main

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	v1 "k8s.io/api/core/v1"
	policy "k8s.io/api/policy/v1"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	corev1helpers "k8s.io/component-helpers/scheduling/corev1"
	extenderv1 "k8s.io/kube-scheduler/extender/v1"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/defaultpreemption"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/feature"
	upstream "k8s.io/kubernetes/pkg/scheduler/framework/preemption"
	"k8s.io/kubernetes/pkg/scheduler/util"
)

// preemption stands inside a profile's DefaultPreemption: the candidates are remembered, and nobody is evicted.
type preemption struct {
	upstream.Interface
	plugin   *defaultpreemption.DefaultPreemption // nil where the profile has none
	everyone bool                                 // all nodes are tried, from the first on

	mutex      sync.Mutex
	candidates map[string]*extenderv1.Victims
}

// withoutNominations hides lower nominations from what carries a preemption out, which would end them.
type withoutNominations struct{ fwk.Handle }

func (withoutNominations) NominatedPodsForNode(string) []fwk.PodInfo { return nil }

func watchPreemption(profile framework.Framework, everyone bool) *preemption {
	p := &preemption{everyone: everyone}
	var plugin *defaultpreemption.DefaultPreemption
	for _, one := range profile.EnqueueExtensions() {
		if found, is := one.(*defaultpreemption.DefaultPreemption); is {
			plugin = found
		}
	}
	for _, enabled := range profile.ListPlugins().PostFilter.Enabled {
		if enabled.Name == defaultpreemption.Name {
			p.plugin = plugin
		}
	}
	if p.plugin == nil {
		return p
	}
	features := feature.NewSchedulerFeaturesFromGates(utilfeature.DefaultFeatureGate)
	features.EnableAsyncPreemption = false
	executor := upstream.NewExecutor(withoutNominations{profile}, features)
	executor.PreemptPod = func(context.Context, upstream.Candidate, upstream.ExecutorPreemptor, *v1.Pod, string) (bool, error) {
		return true, nil
	}
	p.Interface = plugin
	plugin.Evaluator = upstream.NewEvaluator(defaultpreemption.Name, profile, p, executor)
	return p
}

func (p *preemption) reset() { p.candidates = map[string]*extenderv1.Victims{} }

func (p *preemption) GetOffsetAndNumCandidates(nodes int32) (int32, int32) {
	if p.everyone {
		return 0, nodes
	}
	return p.Interface.GetOffsetAndNumCandidates(nodes)
}

func (p *preemption) SelectVictimsOnNode(ctx context.Context, state fwk.CycleState, pod *v1.Pod, node fwk.NodeInfo,
	possible []*upstream.DomainVictim, budgets []*policy.PodDisruptionBudget) ([]*v1.Pod, int, *fwk.Status) {
	victims, violations, status := p.Interface.SelectVictimsOnNode(ctx, state, pod, node, possible, budgets)
	if status.IsSuccess() && len(victims) > 0 {
		p.mutex.Lock()
		p.candidates[node.Node().Name] = &extenderv1.Victims{Pods: victims, NumPDBViolations: int64(violations)}
		p.mutex.Unlock()
	}
	return victims, violations, status
}

// postFilter does what the scheduler does after a pod fitted nowhere. After a PreFilter rejection DefaultPreemption alone
// is asked: DynamicResources fails there, for its own PreFilter has not run, and hides what DefaultPreemption says.
func (p *preemption) postFilter(ctx context.Context, r *recorder, state fwk.CycleState, pod *v1.Pod,
	unfit *framework.FitError) {
	if !r.HasPostFilterPlugins() {
		return
	}
	var status *fwk.Status
	if r.rejected {
		if p.plugin == nil {
			return
		}
		_, status = p.plugin.PostFilter(ctx, state, pod, unfit.Diagnosis.NodeToStatus)
	} else {
		_, status = r.RunPostFilterPlugins(ctx, state, pod, unfit.Diagnosis.NodeToStatus)
	}
	unfit.Diagnosis.PostFilterMsg = status.Message()
}

// enter writes down the best candidates, which kube-scheduler draws one from.
func (p *preemption) enter(result *verdict) {
	nodes := p.equallyGood()
	if len(nodes) == 0 {
		return
	}
	result.Nominated = nodes
	result.Victims = map[string][]string{}
	for _, node := range nodes {
		for _, victim := range p.candidates[node].Pods {
			result.Victims[node] = append(result.Victims[node], victim.Namespace+"/"+victim.Name)
		}
	}
}

// equallyGood: the criteria of pickOneNodeForPreemption, which itself tells one of the nodes only.
func (p *preemption) equallyGood() []string {
	var nodes []string
	for node := range p.candidates {
		nodes = append(nodes, node)
	}
	slices.Sort(nodes)
	criteria := []func(*extenderv1.Victims) int64{
		func(v *extenderv1.Victims) int64 { return -v.NumPDBViolations },
		func(v *extenderv1.Victims) int64 { return -int64(corev1helpers.PodPriority(v.Pods[0])) },
		func(v *extenderv1.Victims) (sum int64) {
			for _, pod := range v.Pods {
				sum -= int64(corev1helpers.PodPriority(pod)) + 1<<31
			}
			return sum
		},
		func(v *extenderv1.Victims) int64 { return -int64(len(v.Pods)) },
		earliestStart,
	}
	for _, criterion := range criteria {
		var left []string
		most := int64(0)
		for _, node := range nodes {
			value := criterion(p.candidates[node])
			if len(left) == 0 || value > most {
				left, most = nil, value
			}
			if value == most {
				left = append(left, node)
			}
		}
		nodes = left
	}
	return nodes
}

var begin = time.Now()

// earliestStart takes pods that have not started as the newest of all, and equally new.
func earliestStart(v *extenderv1.Victims) int64 {
	start := util.GetEarliestPodStartTime(v)
	if start.Time.After(begin) {
		return math.MaxInt64
	}
	return start.UnixNano()
}
