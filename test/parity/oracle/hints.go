package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	v1 "k8s.io/api/core/v1"
	storage "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// change is something that happens to one object: it comes (no Old), goes (no New) or changes.
type change struct {
	Old json.RawMessage `json:"old"`
	New json.RawMessage `json:"new"`
}

type readChange struct {
	old, new any // nil, or an object
	events   []fwk.ClusterEvent
}

func readChanges(given []change) ([]readChange, error) {
	var all []readChange
	decode := func(text json.RawMessage) (any, error) {
		if len(text) == 0 || string(text) == "null" {
			return nil, nil
		}
		object, _, err := legacyscheme.Codecs.UniversalDeserializer().Decode(text, nil, nil)
		if err != nil {
			return nil, err
		}
		legacyscheme.Scheme.Default(object)
		if pod, is := object.(*v1.Pod); is {
			err = admit(pod)
		}
		return object, err
	}
	for i, one := range given {
		before, err := decode(one.Old)
		if err != nil {
			return nil, fmt.Errorf("events[%d].old: %w", i, err)
		}
		after, err := decode(one.New)
		if err != nil {
			return nil, fmt.Errorf("events[%d].new: %w", i, err)
		}
		all = append(all, readChange{before, after, eventsOf(before, after)})
	}
	return all, nil
}

// eventsOf is what the scheduler's event handlers make of it.
func eventsOf(before, after any) []fwk.ClusterEvent {
	action := fwk.Update
	about := after
	switch {
	case before == nil:
		action = fwk.Add
	case after == nil:
		action, about = fwk.Delete, before
	}
	resources := map[string]fwk.EventResource{
		"PersistentVolume": fwk.PersistentVolume, "PersistentVolumeClaim": fwk.PersistentVolumeClaim,
		"StorageClass": fwk.StorageClass, "CSINode": fwk.CSINode, "CSIDriver": fwk.CSIDriver,
		"CSIStorageCapacity": fwk.CSIStorageCapacity, "VolumeAttachment": fwk.VolumeAttachment,
	}
	switch of := about.(type) {
	case *v1.Node:
		if action == fwk.Update {
			return framework.NodeSchedulingPropertiesChange(of, before.(*v1.Node))
		}
		return []fwk.ClusterEvent{{Resource: fwk.Node, ActionType: action}}
	case *v1.Pod:
		if action == fwk.Update {
			return framework.PodSchedulingPropertiesChange(of, before.(*v1.Pod), false)
		}
		return []fwk.ClusterEvent{{Resource: fwk.AssignedPod, ActionType: action}}
	case *v1.PersistentVolume, *v1.PersistentVolumeClaim, *storage.StorageClass, *storage.CSINode, *storage.CSIDriver,
		*storage.CSIStorageCapacity, *storage.VolumeAttachment:
		kind := of.(runtime.Object).GetObjectKind().GroupVersionKind().Kind
		return []fwk.ClusterEvent{{Resource: resources[kind], ActionType: action}}
	}
	return nil
}

// wakes says of each change whether it makes the queue try the pod again, as its isPodWorthRequeuing does.
func wakes(ctx context.Context, profile framework.Framework, pod *v1.Pod, refused sets.Set[string], changes []readChange) []bool {
	var worth []bool
	for _, one := range changes {
		worth = append(worth, slices.ContainsFunc(profile.EnqueueExtensions(), func(plugin fwk.EnqueueExtensions) bool {
			if !refused.Has(plugin.Name()) {
				return false
			}
			registered, _ := plugin.EventsToRegister(ctx)
			return slices.ContainsFunc(registered, func(of fwk.ClusterEventWithHint) bool { return cures(of, pod, one) })
		}))
	}
	return worth
}

func cures(of fwk.ClusterEventWithHint, pod *v1.Pod, one readChange) bool {
	for _, event := range one.events {
		if !framework.MatchClusterEvents(of.Event, event) {
			continue
		}
		if of.QueueingHintFn == nil {
			return true
		}
		if hint, err := of.QueueingHintFn(klog.Background(), pod, one.old, one.new); err != nil || hint == fwk.Queue {
			return true
		}
	}
	return false
}
