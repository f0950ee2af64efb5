#pragma once

#include <string_view>

/// API objects as an API server writes them, with every field that is decoded and some that are not.
namespace berth::k8s {

inline constexpr std::string_view full_pod = R"({
  "kind": "Pod", "apiVersion": "v1",
  "metadata": {
    "name": "web-1", "namespace": "shop", "uid": "5e8f", "resourceVersion": "123", "generation": 3,
    "creationTimestamp": "2026-01-02T15:04:05Z", "deletionTimestamp": "2026-01-02T16:04:05Z",
    "labels": {"tier": "front", "app": "web"}, "annotations": {"note": "dropped"},
    "ownerReferences": [
      {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u0"},
      {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "u1", "controller": true}],
    "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {"f:containers": {}}}}]
  },
  "spec": {
    "nodeName": "node-1", "schedulerName": "berth", "priority": 7, "preemptionPolicy": "Never",
    "schedulingGates": [{"name": "example.com/a"}, {"name": "example.com/b"}],
    "nodeSelector": {"disk": "ssd"},
    "affinity": {
      "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
          {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["b", "a", "b"]},
                                {"key": "cores", "operator": "Gt", "values": ["4"]}],
           "matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["node-9"]}]}]},
        "preferredDuringSchedulingIgnoredDuringExecution": [
          {"weight": 5, "preference": {"matchExpressions": [{"key": "gpu", "operator": "DoesNotExist"}]}}]},
      "podAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [
          {"labelSelector": {"matchLabels": {"app": "db"}}, "namespaces": ["data"], "topologyKey": "zone",
           "namespaceSelector": {}, "matchLabelKeys": ["v"], "mismatchLabelKeys": ["t"]}]},
      "podAntiAffinity": {
        "preferredDuringSchedulingIgnoredDuringExecution": [
          {"weight": 9, "podAffinityTerm": {"topologyKey": "host", "labelSelector": {
            "matchExpressions": [{"key": "app", "operator": "Exists"}]}}}]}
    },
    "tolerations": [
      {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
      {"key": "b", "value": "v", "effect": "PreferNoSchedule"},
      {"operator": "Exists"}],
    "topologySpreadConstraints": [
      {"maxSkew": 2, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "minDomains": 3,
       "labelSelector": {"matchLabels": {"app": "web"}}, "nodeAffinityPolicy": "Ignore", "nodeTaintsPolicy": "Honor",
       "matchLabelKeys": ["pod-template-hash"]}],
    "initContainers": [
      {"name": "mesh", "image": "mesh:1", "restartPolicy": "Always", "resources": {"requests": {"cpu": "50m"}},
       "ports": [{"containerPort": 15000, "hostPort": 15000, "hostIP": "10.0.0.1", "protocol": "UDP"}]},
      {"name": "setup", "image": "setup:1"}],
    "containers": [
      {"name": "web", "image": "nginx:1.25", "env": [{"name": "A", "value": "b"}],
       "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "1", "nvidia.com/gpu": 2}},
       "ports": [{"containerPort": 80}, {"containerPort": 8080, "hostPort": 8080, "protocol": "TCP"}]}],
    "overhead": {"memory": "10Mi"},
    "resources": {"requests": {"cpu": "2"}, "limits": {"memory": "1Gi"}},
    "resourceClaims": [{"name": "one"}, {"name": "two"}],
    "volumes": [
      {"name": "data", "persistentVolumeClaim": {"claimName": "disk-1"}},
      {"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}},
      {"name": "model", "image": {"reference": "registry/model:1", "pullPolicy": "Always"}},
      {"name": "old", "gcePersistentDisk": {"pdName": "pd"}},
      {"name": "tmp", "emptyDir": {}},
      {"name": "conf", "configMap": {"name": "c"}}]
  },
  "status": {
    "phase": "Running", "nominatedNodeName": "node-2", "startTime": "2026-01-02T15:05:00Z",
    "conditions": [
      {"type": "Ready", "status": "True"},
      {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes are available"},
      {"type": "PodResizePending", "status": "True", "reason": "Deferred"}],
    "containerStatuses": [
      {"name": "web", "allocatedResources": {"cpu": "200m"}, "resources": {"requests": {"cpu": "300m"}}}],
    "initContainerStatuses": [{"name": "mesh", "allocatedResources": {"cpu": "50m"}}]
  }
})";

inline constexpr std::string_view full_node = R"({
  "kind": "Node", "apiVersion": "v1",
  "metadata": {"name": "node-1", "uid": "n1", "resourceVersion": "9", "labels": {"zone": "a", "kubernetes.io/os": "linux"},
               "annotations": {"example.com/x": "y"}},
  "spec": {"podCIDR": "10.0.0.0/24", "unschedulable": true,
           "taints": [{"key": "a", "value": "v", "effect": "NoSchedule"}, {"key": "b", "effect": "NoExecute"},
                      {"key": "c", "effect": "PreferNoSchedule"}, {"key": "d", "effect": "Sideways"}, {"key": "e"}]},
  "status": {"capacity": {"cpu": "8"},
             "allocatable": {"cpu": "7500m", "memory": "16Gi", "pods": "110", "example.com/dongle": 4},
             "images": [{"names": ["nginx@sha256:1", "nginx:1.25"], "sizeBytes": 187654321}, {"sizeBytes": 5}]}
})";

}  // namespace berth::k8s
