package main

import (
	"context"
	"fmt"
	"slices"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// recorder is a framework that remembers what its plugins said of each node in one cycle.
type recorder struct {
	framework.Framework
	rejected bool // by PreFilter
	narrowed *fwk.PreFilterResult
	by       sets.Set[string] // who narrowed
	statuses map[string]*fwk.Status
	scores   []fwk.NodePluginScores
	// Nodes were left unfiltered or without scores: a plugin failed, or panicked.
	incomplete bool
}

func (r *recorder) RunPreFilterPlugins(ctx context.Context, state fwk.CycleState, pod *v1.Pod) (*fwk.PreFilterResult,
	*fwk.Status, sets.Set[string]) {
	result, status, plugins := r.Framework.RunPreFilterPlugins(ctx, state, pod)
	// The scheduler adds to the set whatever plugin refuses a node later, after it has written its text.
	r.rejected, r.narrowed, r.by = !status.IsSuccess(), result, plugins.Clone()
	r.statuses = map[string]*fwk.Status{}
	return result, status, plugins
}

func (r *recorder) RunFilterPluginsWithNominatedPods(ctx context.Context, state fwk.CycleState, pod *v1.Pod,
	node fwk.NodeInfo) *fwk.Status {
	status := r.Framework.RunFilterPluginsWithNominatedPods(ctx, state, pod, node)
	if len(r.statuses) == 0 && node.Node().Name == pod.Status.NominatedNodeName && status.IsRejected() {
		r.by.Insert(status.Plugin()) // before the text is written
	}
	r.statuses[node.Node().Name] = status
	return status
}

func (r *recorder) RunScorePlugins(ctx context.Context, state fwk.CycleState, pod *v1.Pod,
	nodes []fwk.NodeInfo) ([]fwk.NodePluginScores, *fwk.Status) {
	scores, status := r.Framework.RunScorePlugins(ctx, state, pod, nodes)
	r.scores = scores
	r.noteMissing(scores, status, nodes)
	return scores, status
}

func (r *recorder) noteMissing(scores []fwk.NodePluginScores, status *fwk.Status, nodes []fwk.NodeInfo) {
	without := func(one fwk.NodePluginScores) bool { return one.Name == "" }
	r.incomplete = r.incomplete || !status.IsSuccess() || len(scores) < len(nodes) || slices.ContainsFunc(scores, without)
}

// GetNodeHint: each pod is judged by itself.
func (r *recorder) GetNodeHint(context.Context, *v1.Pod, fwk.PodSignature, fwk.CycleState, int64) string {
	return ""
}

// judgeOthers asks of the nodes that were not looked at, because the nominated one was taken.
func (r *recorder) judgeOthers(ctx context.Context, state fwk.CycleState, pod *v1.Pod) {
	nodes, _ := r.SnapshotSharedLister().NodeInfos().List()
	for _, node := range nodes {
		name := node.Node().Name
		if _, known := r.statuses[name]; known || (!r.narrowed.AllNodes() && !r.narrowed.NodeNames.Has(name)) {
			continue
		}
		r.RunFilterPluginsWithNominatedPods(ctx, state, pod, node)
	}
}

// errors are those of nodes on which a Filter failed, without one that is known.
func (r *recorder) errors(known string) []string {
	found := sets.New[string]()
	for _, status := range r.statuses {
		if status.Code() == fwk.Error {
			found.Insert(status.AsError().Error())
		}
	}
	return sets.List(found.Delete(known))
}

// excluded is what findNodesThatFitPod enters for nodes that PreFilter left out.
func (r *recorder) excluded() *framework.NodeToStatus {
	statuses := framework.NewDefaultNodeToStatus()
	text := fmt.Sprintf("node(s) didn't satisfy plugin(s) %v", sets.List(r.by))
	statuses.SetAbsentNodesStatus(fwk.NewStatus(fwk.UnschedulableAndUnresolvable, text))
	return statuses
}

// filtered are the verdicts by name, without scores, and the nodes that are feasible.
func (r *recorder) filtered(statuses *framework.NodeToStatus) ([]nodeVerdict, []fwk.NodeInfo) {
	infos, _ := r.SnapshotSharedLister().NodeInfos().List()
	var feasible []fwk.NodeInfo
	verdicts := []nodeVerdict{}
	for _, info := range infos {
		name := info.Node().Name
		status, asked := r.statuses[name]
		switch {
		case asked && status.IsSuccess():
			feasible = append(feasible, info)
			verdicts = append(verdicts, nodeVerdict{Name: name, Feasible: true})
		case asked:
			verdicts = append(verdicts, verdictOf(name, status))
		default:
			verdicts = append(verdicts, verdictOf(name, statuses.Get(name)))
		}
	}
	slices.SortFunc(verdicts, byName)
	return verdicts, feasible
}

// nodes are the verdicts by name. Where nothing had to be chosen, the scores are asked for here.
func (r *recorder) nodes(ctx context.Context, state fwk.CycleState, pod *v1.Pod, statuses *framework.NodeToStatus) []nodeVerdict {
	verdicts, feasible := r.filtered(statuses)
	scores := r.scores
	if scores == nil && len(feasible) > 0 {
		if r.RunPreScorePlugins(ctx, state, pod, feasible).IsSuccess() {
			var status *fwk.Status
			scores, status = r.Framework.RunScorePlugins(ctx, state, pod, feasible)
			r.noteMissing(scores, status, feasible)
		}
	}
	of := map[string]fwk.NodePluginScores{}
	for _, one := range scores {
		of[one.Name] = one
	}
	for i := range verdicts {
		if scored, known := of[verdicts[i].Name]; known && verdicts[i].Feasible {
			verdicts[i].Scores = map[string]int64{}
			for _, plugin := range scored.Scores {
				verdicts[i].Scores[plugin.Name] = plugin.Score
			}
			verdicts[i].Total = scored.TotalScore
		}
	}
	return verdicts
}
