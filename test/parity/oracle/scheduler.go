package main

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	clientset "k8s.io/client-go/kubernetes"
	restclient "k8s.io/client-go/rest"
	"k8s.io/client-go/tools/events"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/scheduler"
	schedulerconfig "k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/latest"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/scheme"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/validation"
	internalcache "k8s.io/kubernetes/pkg/scheduler/backend/cache"
)

type noEvents struct{}

func (noEvents) Eventf(runtime.Object, runtime.Object, string, string, string, string, ...interface{}) {
}
func (r noEvents) WithLogger(klog.Logger) events.EventRecorderLogger { return r }

func readConfiguration(text []byte) (*schedulerconfig.KubeSchedulerConfiguration, error) {
	if text == nil {
		return latest.Default()
	}
	object, kind, err := scheme.Codecs.UniversalDecoder().Decode(text, nil, nil)
	if err != nil {
		return nil, err
	}
	config, ok := object.(*schedulerconfig.KubeSchedulerConfiguration)
	if !ok {
		return nil, fmt.Errorf("%s is no KubeSchedulerConfiguration", kind)
	}
	config.TypeMeta.APIVersion = kind.GroupVersion().String()
	if wrong := validation.ValidateKubeSchedulerConfiguration(config); wrong != nil {
		return nil, wrong
	}
	return config, nil
}

// lookingAtAll is how a kube-scheduler goes through the nodes whose verdicts shall not depend on luck: unlike the process
// it looks at all of them, and at one after the other.
func lookingAtAll(config *schedulerconfig.KubeSchedulerConfiguration) []scheduler.Option {
	all := int32(100)
	for i := range config.Profiles {
		config.Profiles[i].PercentageOfNodesToScore = &all
	}
	return []scheduler.Option{scheduler.WithPercentageOfNodesToScore(&all), scheduler.WithParallelism(1)}
}

// asTheProcess is what the process has where nothing is configured.
func asTheProcess(config *schedulerconfig.KubeSchedulerConfiguration) []scheduler.Option {
	return []scheduler.Option{scheduler.WithPercentageOfNodesToScore(config.PercentageOfNodesToScore),
		scheduler.WithParallelism(config.Parallelism)}
}

// newScheduler makes a kube-scheduler that knows the cluster and never runs. Its snapshot is what its decisions go by;
// the process brings it up to date before each.
func newScheduler(ctx context.Context, text []byte, objects clusterObjects,
	manner func(*schedulerconfig.KubeSchedulerConfiguration) []scheduler.Option) (*scheduler.Scheduler, *internalcache.Snapshot, error) {
	config, err := readConfiguration(text)
	if err != nil {
		return nil, nil, err
	}
	// Nobody listens there, and nothing is sent: the informers never start.
	client, err := clientset.NewForConfig(&restclient.Config{Host: "http://127.0.0.1:1"})
	if err != nil {
		return nil, nil, err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	options := append(manner(config), scheduler.WithComponentConfigVersion(config.TypeMeta.APIVersion))
	snapshot := internalcache.NewEmptySnapshot()
	made, err := scheduler.New(ctx, client, factory, nil,
		func(string) events.EventRecorderLogger { return noEvents{} },
		append(options, scheduler.WithProfiles(config.Profiles...), scheduler.WithNodeInfoSnapshot(snapshot))...)
	if err != nil {
		return nil, nil, err
	}
	logger := klog.FromContext(ctx)
	if err := objects.fill(factory); err != nil {
		return nil, nil, err
	}
	for _, node := range objects.nodes {
		made.Cache.AddNode(logger, node)
	}
	for _, pod := range objects.pods {
		if pod.Spec.NodeName != "" && !terminated(pod) {
			if err := made.Cache.AddPod(logger, pod); err != nil {
				return nil, nil, err
			}
		} else if pod.Status.NominatedNodeName != "" && made.Profiles.HandlesSchedulerName(pod.Spec.SchedulerName) {
			made.SchedulingQueue.Add(ctx, pod)
		}
	}
	return made, snapshot, made.Cache.UpdateSnapshot(logger, snapshot)
}
