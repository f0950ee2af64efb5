package main

import (
	"encoding/json"
	"fmt"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/resource/install"
	_ "k8s.io/kubernetes/pkg/apis/scheduling/install"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"
)

// clusterObjects are the objects of a list, in its order, with the defaults that an API server gives them.
type clusterObjects struct {
	pods   []*v1.Pod
	nodes  []*v1.Node
	others []runtime.Object
}

// admit gives a pod that asks for something as a whole what an API server gives it when it is created, after all defaults.
func admit(pod *v1.Pod) error {
	if pod.Spec.Resources == nil {
		return nil
	}
	var internal core.Pod
	if err := legacyscheme.Scheme.Convert(pod, &internal, nil); err != nil {
		return err
	}
	podutil.DefaultPodLevelResources(&internal)
	return legacyscheme.Scheme.Convert(&internal, pod, nil)
}

func readCluster(list json.RawMessage) (clusterObjects, error) {
	var items struct {
		Items []json.RawMessage `json:"items"`
	}
	var all clusterObjects
	if err := json.Unmarshal(list, &items); err != nil {
		return all, err
	}
	decoder := legacyscheme.Codecs.UniversalDeserializer()
	for i, item := range items.Items {
		object, _, err := decoder.Decode(item, nil, nil)
		if err != nil {
			return all, fmt.Errorf("items[%d]: %w", i, err)
		}
		legacyscheme.Scheme.Default(object)
		switch of := object.(type) {
		case *v1.Pod:
			if err := admit(of); err != nil {
				return all, fmt.Errorf("items[%d]: %w", i, err)
			}
			if of.UID == "" {
				of.UID = types.UID(of.Namespace + "/" + of.Name)
			}
			all.pods = append(all.pods, of)
		case *v1.Node:
			all.nodes = append(all.nodes, of)
		default:
			all.others = append(all.others, object)
		}
	}
	return all, nil
}

// fill puts the objects where plugins look for them. The informers never run: they are stores.
func (all clusterObjects) fill(factory informers.SharedInformerFactory) error {
	core, storage := factory.Core().V1(), factory.Storage().V1()
	stores := map[string]cache.SharedIndexInformer{
		"Namespace":             core.Namespaces().Informer(),
		"Service":               core.Services().Informer(),
		"ReplicationController": core.ReplicationControllers().Informer(),
		"PersistentVolume":      core.PersistentVolumes().Informer(),
		"PersistentVolumeClaim": core.PersistentVolumeClaims().Informer(),
		"ReplicaSet":            factory.Apps().V1().ReplicaSets().Informer(),
		"StatefulSet":           factory.Apps().V1().StatefulSets().Informer(),
		"PodDisruptionBudget":   factory.Policy().V1().PodDisruptionBudgets().Informer(),
		"StorageClass":          storage.StorageClasses().Informer(),
		"CSINode":               storage.CSINodes().Informer(),
		"CSIDriver":             storage.CSIDrivers().Informer(),
		"CSIStorageCapacity":    storage.CSIStorageCapacities().Informer(),
		"VolumeAttachment":      storage.VolumeAttachments().Informer(),
	}
	for _, pod := range all.pods {
		if terminated(pod) { // the scheduler does not watch these
			continue
		}
		if err := core.Pods().Informer().GetIndexer().Add(pod); err != nil {
			return err
		}
	}
	for _, node := range all.nodes {
		if err := core.Nodes().Informer().GetIndexer().Add(node); err != nil {
			return err
		}
	}
	for _, object := range all.others {
		kind := object.GetObjectKind().GroupVersionKind().Kind
		if store, watched := stores[kind]; watched {
			if err := store.GetIndexer().Add(object); err != nil {
				return err
			}
		}
	}
	return nil
}
