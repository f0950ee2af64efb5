#include "scoring/plugins/spread_hints.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

using constraints = std::vector<k8s::topology_spread_constraint>;

bool matches(const k8s::topology_spread_constraint& c, const k8s::string_map& labels) {
  return c.selector && c.selector->matches(labels);
}

bool after_label_change(const k8s::pod& before, const k8s::pod& now, const constraints& hard) {
  return std::any_of(hard.begin(), hard.end(),
                     [&](const auto& c) { return matches(c, before.spec->labels) != matches(c, now.spec->labels); });
}

// Of a pod with neither a node nor a nomination nothing is counted.
bool counts_for(const k8s::pod& other, const k8s::pod_spec& pod) {
  return (!other.node_name.empty() || !other.nominated_node_name.empty()) && other.spec->namespace_ == pod.namespace_;
}

bool after_assigned_pod(const cluster_event& e, const k8s::pod_spec& pod, const constraints& hard) {
  if (e.new_pod != nullptr && !counts_for(*e.new_pod, pod)) return false;
  if (e.old_pod != nullptr && !counts_for(*e.old_pod, pod)) return false;
  if (e.new_pod != nullptr && e.old_pod != nullptr) return after_label_change(*e.old_pod, *e.new_pod, hard);
  const k8s::pod* one = e.new_pod != nullptr ? e.new_pod : e.old_pod;
  return one == nullptr ||
         std::any_of(hard.begin(), hard.end(), [&](const auto& c) { return matches(c, one->spec->labels); });
}

bool after_own_change(const cluster_event& e, const constraints& hard) {
  if (e.old_pod == nullptr || e.new_pod == nullptr) return true;
  const bool by_taints = std::any_of(hard.begin(), hard.end(), [](const auto& c) { return c.honor_node_taints; });
  if (by_taints && e.old_pod->spec->tolerations != e.new_pod->spec->tolerations) return true;
  return after_label_change(*e.old_pod, *e.new_pod, hard);
}

bool has_all_keys(const k8s::node* node, const constraints& hard) {
  return node != nullptr &&
         std::all_of(hard.begin(), hard.end(), [&](const auto& c) { return node->labels.contains(c.topology_key); });
}

// A label that is missing counts as one that is empty here, as upstream.
bool moved(const k8s::node& before, const k8s::node& now, const constraints& hard) {
  const auto value = [](const k8s::node& n, const std::string& key) {
    const std::string* there = n.labels.find(key);
    return there != nullptr ? *there : std::string();
  };
  return std::any_of(hard.begin(), hard.end(),
                     [&](const auto& c) { return value(before, c.topology_key) != value(now, c.topology_key); });
}

bool after_node(const cluster_event& e, const constraints& hard) {
  const bool before = has_all_keys(e.old_node, hard);
  const bool now = has_all_keys(e.new_node, hard);
  if (e.old_node == nullptr || e.new_node == nullptr) return before || now;
  if (before != now) return true;
  return now && (moved(*e.old_node, *e.new_node, hard) || e.old_node->taints != e.new_node->taints);
}

}  // namespace

bool spread_may_fit_after(const cluster_event& e, const k8s::pod_spec& pod, const constraints& hard) {
  switch (e.resource) {
    case event_resource::assigned_pod:
      return after_assigned_pod(e, pod, hard);
    case event_resource::target_pod:
      return after_own_change(e, hard);
    case event_resource::node:
      return (e.old_node == nullptr && e.new_node == nullptr) || after_node(e, hard);
    default:
      return true;
  }
}

}  // namespace berth::scoring
