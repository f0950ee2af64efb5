#include "scoring/workload_selectors.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

// A set of labels may hold each key once, while the requirements of a workload come on top, whatever keys they have.
void add_requirements(k8s::label_selector& to, const k8s::label_selector& of) {
  for (const auto& [key, value] : of.match_labels)
    to.match_expressions.push_back({key, k8s::selector_operator::in, {value}});
  to.match_expressions.insert(to.match_expressions.end(), of.match_expressions.begin(), of.match_expressions.end());
}

}  // namespace

void workload_selectors::set(selecting_kind kind, const k8s::object_key& key,
                             std::optional<k8s::label_selector> selector) {
  of_namespace& in = namespaces_[key.namespace_];
  const auto [there, is_new] = in.kinds[static_cast<std::size_t>(kind)].try_emplace(key.name);
  if (!is_new && there->second == selector) return;
  there->second = std::move(selector);
  in.generation = ++changes_;
}

void workload_selectors::remove(selecting_kind kind, const k8s::object_key& key) {
  const auto in = namespaces_.find(key.namespace_);
  if (in == namespaces_.end() || in->second.kinds[static_cast<std::size_t>(kind)].erase(key.name) == 0) return;
  in->second.generation = ++changes_;
  const auto is_empty = [](const by_name& objects) { return objects.empty(); };
  if (std::all_of(in->second.kinds.begin(), in->second.kinds.end(), is_empty)) namespaces_.erase(in);
}

std::uint64_t workload_selectors::generation(std::string_view namespace_) const {
  const auto in = namespaces_.find(namespace_);
  return in == namespaces_.end() ? 0 : in->second.generation;
}

const k8s::label_selector* workload_selectors::find(const of_namespace& in, selecting_kind kind,
                                                    const std::string& name) const {
  const by_name& objects = in.kinds[static_cast<std::size_t>(kind)];
  const auto there = objects.find(name);
  return there == objects.end() || !there->second ? nullptr : &*there->second;
}

k8s::label_selector workload_selectors::default_selector(const k8s::pod_spec& pod) const {
  k8s::label_selector made;
  const auto in = namespaces_.find(pod.namespace_);
  if (in == namespaces_.end()) return made;
  std::vector<k8s::string_map::entry> labels;
  const auto merge = [&](const k8s::label_selector& s) {
    labels.insert(labels.end(), s.match_labels.begin(), s.match_labels.end());
  };
  for (const auto& [name, selector] : in->second.kinds[static_cast<std::size_t>(selecting_kind::service)])
    if (selector && selector->matches(pod.labels)) merge(*selector);
  const k8s::controller_owner owner = pod.owner.value_or(k8s::controller_owner{});
  if (owner.api_version == "v1" && owner.kind == "ReplicationController")
    if (const auto* s = find(in->second, selecting_kind::replication_controller, owner.name)) merge(*s);
  made.match_labels = k8s::string_map(std::move(labels));
  if (owner.api_version == "apps/v1" && (owner.kind == "ReplicaSet" || owner.kind == "StatefulSet")) {
    const auto kind = owner.kind == "ReplicaSet" ? selecting_kind::replica_set : selecting_kind::stateful_set;
    if (const auto* s = find(in->second, kind, owner.name); s != nullptr && s->valid()) add_requirements(made, *s);
  }
  return made;
}

}  // namespace berth::scoring
