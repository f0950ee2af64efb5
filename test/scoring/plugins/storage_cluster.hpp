#pragma once

#include "k8s/codec/cluster_file.hpp"
#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

#include <string>

/// Clusters with volumes and claims, as text: one line of YAML flow for each object.
namespace berth::test {

/// Takes in all objects; returns the last pod without a node, as `pod` of a test.
inline k8s::pod_ptr load(one_plugin& into, const std::string& yaml) {
  const auto objects = k8s::read_cluster(yaml, "cluster", k8s::object_source::server);
  REQUIRE(objects.has_value());
  for (const k8s::error& e : objects->dropped) FAIL(e.detail);
  const auto keep = [&](const auto& all) {
    for (const auto& o : all) into.nodes().storage().set(o);
  };
  keep(objects->volumes);
  keep(objects->claims);
  keep(objects->storage_classes);
  keep(objects->csi_nodes);
  keep(objects->csi_drivers);
  keep(objects->csi_storage_capacities);
  keep(objects->volume_attachments);
  for (const k8s::node_ptr& n : objects->nodes) into.node(n);
  k8s::pod_ptr waiting;
  for (const k8s::pod_ptr& p : objects->pods) {
    if (p->node_name.empty())
      waiting = p;
    else
      into.placed(p);
  }
  return waiting;
}

/// What the waiting pod hears of each node, by name: "fits; Unschedulable: ...".
inline std::string verdicts(one_plugin& plugin, const k8s::pod_ptr& pod) {
  const explanation e = plugin.judge(pod);
  if (!e.error.empty()) return e.error;
  std::string all;
  for (const node_verdict& v : e.nodes)
    all += (all.empty() ? "" : "; ") + (v.refused == nullptr
                                            ? std::string("fits")
                                            : std::string(name_of(v.refused->what)) + ": " + v.refused->message());
  return all;
}

inline std::string verdicts(const std::string& name, const std::string& yaml, std::string_view args = "") {
  one_plugin plugin(name, args);
  return verdicts(plugin, load(plugin, yaml));
}

/// One object of a kind of storage.
template <class Object, auto Member>
std::shared_ptr<const Object> object_of(const std::string& yaml) {
  const auto objects = k8s::read_cluster(yaml, "object", k8s::object_source::server);
  REQUIRE(objects.has_value());
  REQUIRE((*objects.operator->().*Member).size() == 1);
  return (*objects.operator->().*Member).front();
}

inline std::string join(const std::vector<std::string>& documents) {
  std::string all;
  for (const std::string& d : documents) all += d + "\n---\n";
  return all;
}

inline std::string node_yaml(const std::string& name, const std::string& labels = "") {
  return "{kind: Node, apiVersion: v1, metadata: {name: '" + name + "', labels: {kubernetes.io/hostname: '" + name +
         "'" + (labels.empty() ? "" : ", " + labels) + "}}, status: {allocatable: {pods: 10}}}";
}
inline std::string pod_yaml(const std::string& name, const std::string& volumes, const std::string& node = "") {
  return "{kind: Pod, apiVersion: v1, metadata: {name: " + name + ", uid: " + name + "-uid}, spec: {" +
         (node.empty() ? "" : "nodeName: '" + node + "', ") + "containers: [{name: c, image: i}], volumes: [" +
         volumes + "]}}";
}
inline std::string claim_volume(const std::string& claim) {
  return "{name: " + claim + ", persistentVolumeClaim: {claimName: " + claim + "}}";
}
/// `more` goes into spec, `metadata` into metadata.
inline std::string claim_yaml(const std::string& name, const std::string& spec, const std::string& metadata = "",
                              const std::string& phase = "Pending") {
  return "{kind: PersistentVolumeClaim, apiVersion: v1, metadata: {name: " + name +
         ", namespace: default, uid: " + name + "-uid, resourceVersion: '1'" +
         (metadata.empty() ? "" : ", " + metadata) + "}, spec: {" + spec + "}, status: {phase: " + phase + "}}";
}
inline std::string bound_claim_yaml(const std::string& name, const std::string& volume) {
  return claim_yaml(name, "volumeName: " + volume, "annotations: {pv.kubernetes.io/bind-completed: 'yes'}", "Bound");
}
inline std::string volume_yaml(const std::string& name, const std::string& spec, const std::string& metadata = "",
                               const std::string& phase = "Available") {
  return "{kind: PersistentVolume, apiVersion: v1, metadata: {name: " + name + ", uid: " + name +
         "-uid, resourceVersion: '1'" + (metadata.empty() ? "" : ", " + metadata) + "}, spec: {" + spec +
         "}, status: {phase: " + phase + "}}";
}
inline std::string class_yaml(const std::string& name, const std::string& mode, const std::string& provisioner,
                              const std::string& more = "") {
  return "{kind: StorageClass, apiVersion: storage.k8s.io/v1, metadata: {name: " + name +
         "}, provisioner: " + provisioner + (mode.empty() ? "" : ", volumeBindingMode: " + mode) +
         (more.empty() ? "" : ", " + more) + "}";
}
/// nodeAffinity of a volume: nodes with this label.
inline std::string only_where(const std::string& key, const std::string& value) {
  return "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: " + key +
         ", operator: In, values: [" + value + "]}]}]}}";
}

}  // namespace berth::test
