#include "scoring/plugins/not_yet.hpp"
#include "scoring/plugins/not_yet_arguments.hpp"
#include "scoring/plugins/plugins.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

/// InterPodAffinity keeps the rules of pods that are placed: it refuses the topology domains (nodes that agree in a
/// label) in which a pod has a required anti-affinity that matches the incoming pod. A pod with affinity or
/// anti-affinity rules of its own is refused everywhere, since those cannot be judged yet; nothing is scored. It reads
/// the anti-affinity of pods anywhere, the labels of nodes and namespaces, and the pod's namespace and labels.
/// Upstream: plugins/interpodaffinity, of whose three checks this is the third.
namespace berth::scoring {

namespace {

constexpr auto existing_rules = "node(s) didn't satisfy existing pods anti-affinity rules";

using label = std::pair<std::string, std::string>;

// Which nodes have a pod with required anti-affinity terms: the rest need not be looked at.
class anti_affinity_nodes final : public index_part {
 public:
  const node_set& nodes() const noexcept { return nodes_; }

  void node_changed(node_id n, const k8s::node*, const k8s::node&) override {
    if (pods_.size() > n) return;
    pods_.resize(std::size_t{n} + 1);
    nodes_.resize(pods_.size());
  }
  void pod_placed(node_id n, const pod_info& pod) override {
    if (!counts(pod.spec())) return;
    ++pods_[n];
    nodes_.insert(n);
  }
  void pod_removed(node_id n, const pod_info& pod) override {
    if (counts(pod.spec()) && --pods_[n] == 0) nodes_.erase(n);
  }

 private:
  static bool counts(const k8s::pod_spec& s) {
    return s.pod_anti_affinity_rules && !s.pod_anti_affinity_rules->required.empty();
  }

  node_set nodes_;
  std::vector<std::uint32_t> pods_;  // by node number
};

// The topology domains that are closed to the pod.
struct closed_domains {
  std::set<label> labels;
};

std::string_view own_rules(const k8s::pod_spec& spec) {
  if (spec.pod_affinity_rules && !spec.pod_affinity_rules->empty()) return "pod affinity";
  if (spec.pod_anti_affinity_rules && !spec.pod_anti_affinity_rules->empty()) return "pod anti-affinity";
  return "";
}

// Whether a term of a placed pod is about this incoming one.
bool concerns(const k8s::pod_affinity_term& term, const k8s::pod_spec& owner, const k8s::pod_spec& incoming,
              const k8s::string_map& namespace_labels) {
  bool in_scope = term.namespace_selector && term.namespace_selector->matches(namespace_labels);
  if (term.namespaces.empty() && !term.namespace_selector) in_scope = owner.namespace_ == incoming.namespace_;
  in_scope = in_scope ||
             std::find(term.namespaces.begin(), term.namespaces.end(), incoming.namespace_) != term.namespaces.end();
  return in_scope && term.selector && term.selector->matches(incoming.labels);
}

// Of terms one of which does not parse, upstream takes none. Upstream: fwk.GetAffinityTerms.
bool all_parse(const std::vector<k8s::pod_affinity_term>& terms) {
  const auto parses = [](const std::optional<k8s::label_selector>& s) { return !s || s->valid(); };
  return std::all_of(terms.begin(), terms.end(), [&](const k8s::pod_affinity_term& t) {
    return parses(t.selector) && parses(t.namespace_selector);
  });
}

std::vector<const std::string*> keys_against(const k8s::pod_spec& placed, const k8s::pod_spec& incoming,
                                             const k8s::string_map& namespace_labels) {
  std::vector<const std::string*> keys;
  if (placed.pod_anti_affinity_rules && all_parse(placed.pod_anti_affinity_rules->required))
    for (const k8s::pod_affinity_term& term : placed.pod_anti_affinity_rules->required)
      if (concerns(term, placed, incoming, namespace_labels)) keys.push_back(&term.topology_key);
  return keys;
}

closed_domains find_closed(const pod_info& pod, const cluster& nodes) {
  static const k8s::string_map no_labels;
  const k8s::string_map* known = nodes.namespace_labels(pod.spec().namespace_);
  const k8s::string_map& namespace_labels = known != nullptr ? *known : no_labels;
  std::unordered_map<const k8s::pod_spec*, std::vector<const std::string*>> by_spec;  // pods of a workload share one
  closed_domains out;
  nodes.part<anti_affinity_nodes>().nodes().for_each([&](node_id n) {
    for (const pod_info& placed : nodes.pods_on(n)) {
      if (!placed.spec().pod_anti_affinity_rules) continue;
      auto [entry, is_new] = by_spec.try_emplace(placed.pod->spec.get());
      if (is_new) entry->second = keys_against(placed.spec(), pod.spec(), namespace_labels);
      for (const std::string* key : entry->second)
        if (const std::string* value = nodes.node(n).labels.find(*key)) out.labels.emplace(*key, *value);
    }
  });
  return out;
}

class inter_pod_affinity final : public plugin,
                                 public pre_filter_plugin,
                                 public filter_plugin,
                                 public pre_score_plugin,
                                 public score_plugin {
 public:
  std::string_view name() const override { return "InterPodAffinity"; }
  dependencies reads() const override { return {pod_affinity_rules | pod_labels | pod_namespace, reach::anywhere}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::assigned_pod, action_delete},
            {event_resource::target_pod, action_update},
            {event_resource::namespace_object, action_update},
            {event_resource::node, action_add | action_update_labels}};
  }
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    if (e.resource == event_resource::target_pod) return true;
    if (!own_rules(pod.spec()).empty()) return false;
    if (e.resource != event_resource::assigned_pod || e.old_pod == nullptr) return true;
    // The labels of its namespace are not at hand here; where a term goes by them, it counts as one that concerns the
    // pod.
    const k8s::pod_spec& gone = *e.old_pod->spec;
    if (!gone.pod_anti_affinity_rules) return false;
    return std::any_of(gone.pod_anti_affinity_rules->required.begin(), gone.pod_anti_affinity_rules->required.end(),
                       [&](const k8s::pod_affinity_term& t) {
                         return t.namespace_selector || concerns(t, gone, pod.spec(), k8s::string_map{});
                       });
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle) const override {
    if (!own_rules(pod.spec()).empty()) return {};
    if (nodes.part<anti_affinity_nodes>().nodes().empty()) return {status::skipped(), std::nullopt};
    const closed_domains& closed = cycle.of<closed_domains>(this, [&] { return find_closed(pod, nodes); });
    return {closed.labels.empty() ? status::skipped() : status::ok(), std::nullopt};
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle, filter_column& column) const override {
    if (const std::string_view rules = own_rules(pod.spec()); !rules.empty()) {
      const refusal_id why = column.reason(status::unresolvable(not_yet_reason(rules)));
      return column.keep_only(node_set(column.nodes().universe()), why);
    }
    const closed_domains& closed = cycle.of<closed_domains>(this, [&] { return find_closed(pod, nodes); });
    const refusal_id why = column.reason(status::refuse(existing_rules));
    column.for_each([&](node_id n) {
      for (const label& l : nodes.node(n).labels)
        if (closed.labels.contains(l)) return column.refuse(n, why);
    });
  }

  status pre_score(const pod_info&, const cluster&, cycle_state&, std::span<const node_id>) const override {
    return status::skipped();
  }
  status score(const pod_info&, const cluster&, cycle_state&, score_column&) const override { return {}; }
};

}  // namespace

std::unique_ptr<plugin> make_inter_pod_affinity(arguments& args, const plugin_context&) {
  read_inter_pod_affinity_arguments(args);
  args.finish();
  return std::make_unique<inter_pod_affinity>();
}

}  // namespace berth::scoring
