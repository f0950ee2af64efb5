#include "test/reference/spread_constraints.hpp"

#include "k8s/api/selector_faults.hpp"
#include "test/reference/node_rules.hpp"

#include <algorithm>

namespace berth::reference {

namespace {

/// With matchLabelKeys: the pod's own values of these labels are wanted too.
pod_selector selector_of(const k8s::topology_spread_constraint& c, const k8s::string_map& labels) {
  if (!c.selector) return {.nothing = true};
  pod_selector made{.parts = {*c.selector}};
  k8s::label_selector own;
  for (const std::string& key : c.match_label_keys)
    if (const std::string* value = labels.find(key)) own.match_labels.set(key, *value);
  if (!own.empty()) made.parts.push_back(own);
  return made;
}

template <class Objects>
auto find_in(const Objects& objects, const std::string& ns, const std::string& name) {
  for (const auto& o : objects)
    if (o->key.namespace_ == ns && o->key.name == name) return o.get();
  return decltype(objects.front().get()){nullptr};
}

bool is_owned_by(const k8s::controller_owner& owner, std::string_view api_version, std::string_view kind) {
  return owner.api_version == api_version && owner.kind == kind;
}

/// What the services of the pod select, and the workload that owns it. Upstream: DefaultSelector.
pod_selector default_selector(const k8s::pod& pod, const snapshot& cluster) {
  const std::string& ns = pod.key.namespace_;
  k8s::label_selector together;
  const auto merge = [&](const k8s::label_selector& more) {
    for (const auto& [key, value] : more.match_labels) together.match_labels.set(key, value);
  };
  for (const k8s::label_selecting_ptr& service : cluster.objects.services)
    if (service->key.namespace_ == ns && service->selector && service->selector->matches(pod.spec->labels))
      merge(*service->selector);

  pod_selector made;
  if (const auto& owner = pod.spec->owner) {
    if (is_owned_by(*owner, "v1", "ReplicationController"))
      if (const auto* rc = find_in(cluster.objects.replication_controllers, ns, owner->name); rc && rc->selector)
        merge(*rc->selector);
    const auto add = [&](const k8s::workload_selecting* workload) {
      if (workload != nullptr && workload->selector && workload->selector->valid())
        made.parts.push_back(*workload->selector);
    };
    if (is_owned_by(*owner, "apps/v1", "ReplicaSet")) add(find_in(cluster.objects.replica_sets, ns, owner->name));
    if (is_owned_by(*owner, "apps/v1", "StatefulSet")) add(find_in(cluster.objects.stateful_sets, ns, owner->name));
  }
  made.parts.push_back(together);
  return made;
}

}  // namespace

bool pod_selector::matches(const k8s::string_map& labels) const {
  return !nothing && std::all_of(parts.begin(), parts.end(), [&](const auto& p) { return p.matches(labels); });
}

bool pod_selector::empty() const {
  return !nothing && std::all_of(parts.begin(), parts.end(), [](const auto& p) { return p.empty(); });
}

std::vector<spread_constraint> constraints_of(const k8s::pod& pod, const snapshot& cluster, bool hard,
                                              const std::vector<k8s::topology_spread_constraint>& defaults,
                                              std::string& fault) {
  const auto& own = pod.spec->spread_constraints;
  std::vector<spread_constraint> found;
  for (const k8s::topology_spread_constraint& c : own.empty() ? defaults : own) {
    if (c.do_not_schedule != hard) continue;
    if (c.selector) fault = k8s::parse_fault(*c.selector);
    if (!fault.empty()) return {};
    found.push_back({c, selector_of(c, pod.spec->labels)});
  }
  if (!own.empty() || found.empty()) return found;
  const pod_selector selector = default_selector(pod, cluster);
  if (selector.empty()) return {};
  for (spread_constraint& c : found) c.selector = selector;
  return found;
}

bool has_all_keys(const k8s::node& node, const std::vector<spread_constraint>& constraints) {
  return std::all_of(constraints.begin(), constraints.end(),
                     [&](const spread_constraint& c) { return node.labels.contains(c.as_written.topology_key); });
}

bool is_counted(const k8s::node& node, const k8s::pod& pod, const spread_constraint& c) {
  if (c.as_written.honor_node_affinity && !matches_node_rules(pod, node)) return false;
  if (!c.as_written.honor_node_taints) return true;
  return std::all_of(node.taints.begin(), node.taints.end(), [&](const k8s::taint& t) {
    const bool keeps_away = t.effect == k8s::taint_effect::no_schedule || t.effect == k8s::taint_effect::no_execute;
    return !keeps_away || k8s::tolerates(pod.spec->tolerations, t);
  });
}

std::int64_t count_matching(const node_state& on, const pod_selector& selector, const std::string& in_namespace) {
  if (selector.empty()) return 0;
  return std::count_if(on.pods.begin(), on.pods.end(), [&](const k8s::pod_ptr& p) {
    return !p->terminating() && p->key.namespace_ == in_namespace && selector.matches(p->spec->labels);
  });
}

}  // namespace berth::reference
