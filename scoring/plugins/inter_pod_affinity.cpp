#include "scoring/column_math.hpp"
#include "scoring/explains.hpp"
#include "scoring/plugins/affinity_account.hpp"
#include "scoring/plugins/affinity_check.hpp"
#include "scoring/plugins/affinity_hints.hpp"
#include "scoring/plugins/normalized.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/topology/plan_cache.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// InterPodAffinity refuses nodes in whose topology domain there is no pod that the pod must be near, or one that it
/// must not be near, or one that must not be near it; and it prefers domains by the weights of such wishes. It reads
/// the pod's affinity, labels and namespace, those of all placed pods, and the labels of nodes and namespaces.
/// Upstream: plugins/interpodaffinity.
///
/// Arguments: hardPodAffinityWeight, what a placed pod's required affinity to this one weighs; and
/// ignorePreferredTermsOfExistingPods, for pods that have no wishes themselves.
namespace berth::scoring {

namespace {

constexpr auto affinity_unmet = "node(s) didn't match pod affinity rules";
constexpr auto anti_affinity_unmet = "node(s) didn't match pod anti-affinity rules";
constexpr auto existing_rules = "node(s) didn't satisfy existing pods anti-affinity rules";

struct settings {
  std::int64_t hard_weight = 1;
  bool ignore_preferred_of_existing = false;
};

class inter_pod_affinity final : public plugin,
                                 public pre_filter_plugin,
                                 public pre_filter_extensions,
                                 public filter_plugin,
                                 public pre_score_plugin,
                                 public score_plugin,
                                 public explains {
 public:
  explicit inter_pod_affinity(settings s) : settings_(s) {}

  std::string_view name() const override { return "InterPodAffinity"; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::assigned_pod, action_add | action_update_labels | action_delete},
            {event_resource::target_pod, action_update_labels},
            {event_resource::node, action_add | action_update_labels}};
  }
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    return affinity_may_fit_after(e, pod.spec());
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle) const override {
    const required_affinity_plan& plan = *with_required(pod, nodes, cycle).required;
    if (!plan.fault.empty()) return {status::unresolvable("parsing pod: " + plan.fault), std::nullopt};
    const bool nobody_minds = std::all_of(plan.existing.begin(), plan.existing.end(),
                                          [](const counted_key& key) { return key.placed->matches() == 0; });
    const bool skip = nobody_minds && plan.affinity_terms.empty() && plan.anti_terms.empty();
    return {skip ? status::skipped() : status::ok(), std::nullopt};
  }

  status add_pod(const pod_info& pod, const cluster& nodes, cycle_state& cycle, const pod_info& added,
                 node_id node) const override {
    return change(with_required(pod, nodes, cycle), added.spec(), nodes.node(node), 1);
  }
  status remove_pod(const pod_info& pod, const cluster& nodes, cycle_state& cycle, const pod_info& removed,
                    node_id node) const override {
    return change(with_required(pod, nodes, cycle), removed.spec(), nodes.node(node), -1);
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle, filter_column& column) const override {
    const affinity_cycle& s = with_required(pod, nodes, cycle);
    const refusal_id no_affinity = column.reason(status::unresolvable(affinity_unmet));
    const refusal_id own_anti = column.reason(status::refuse(anti_affinity_unmet));
    const refusal_id existing = column.reason(status::refuse(existing_rules));
    constexpr std::size_t few_nodes = 8;
    if (s.affinity.empty() && s.anti.empty() && s.existing.empty() && column.nodes().count() > few_nodes) {
      const std::size_t universe = nodes.universe();
      const bool first_of_its_kind = s.required->self_matches && nobody_matches(s);
      for (const counted_key& key : s.required->affinity)
        column.keep_only(first_of_its_kind ? key.placed->by().nodes(universe) : key.placed->positive(universe),
                         no_affinity);
      for (const counted_key& key : s.required->anti) column.refuse(key.placed->positive(universe), own_anti);
      for (const counted_key& key : s.required->existing)
        if (key.placed->matches() != 0) column.refuse(key.placed->positive(universe), existing);
      return;
    }
    const affinity_check check(s, nodes);
    column.for_each([&](node_id n) {
      switch (check(n)) {
        case affinity_answer::fits:
          return;
        case affinity_answer::no_affinity:
          return column.refuse(n, no_affinity);
        case affinity_answer::own_anti_affinity:
          return column.refuse(n, own_anti);
        case affinity_answer::existing_anti_affinity:
          return column.refuse(n, existing);
      }
    });
  }

  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                 node_id n) const override {
    return affinity_shortfalls_on(n, with_required(pod, nodes, cycle), nodes);
  }

  status pre_score(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                   std::span<const node_id>) const override {
    if (settings_.ignore_preferred_of_existing && !has_wishes(pod.spec())) return status::skipped();
    if (std::string fault = parse_fault(pod.spec()); !fault.empty())
      return status::failed("failed to parse pod: " + fault);
    affinity_cycle& s = cycle.of<affinity_cycle>(this, [] { return affinity_cycle(); });
    s.preferred = preferred_.find(pod, nodes.part<pod_tallies>().identity(), stamp_of(nodes), [&] {
      return std::make_shared<const preferred_affinity_plan>(pod, nodes, settings_.hard_weight);
    });
    const bool nothing = std::all_of(s.preferred->keys.begin(), s.preferred->keys.end(),
                                     [](const counted_key& key) { return key.placed->matches() == 0; });
    return nothing ? status::skipped() : status::ok();
  }

  status score(const pod_info& pod, const cluster& nodes, cycle_state& cycle, score_column& column) const override {
    const affinity_cycle& s = cycle.of<affinity_cycle>(this, [] { return affinity_cycle(); });
    if (s.preferred == nullptr) {  // the profile does not ask it at PreScore
      const status first = pre_score(pod, nodes, cycle, column.nodes());
      if (first.what == code::skip) return status::ok();
      if (!first.is_ok()) return first;
    }
    for (const counted_key& key : s.preferred->keys) {
      if (key.placed->matches() != 0) key.placed->add_to(column.nodes(), column.scores());
    }
    return status::ok();
  }

  bool normalizes() const override { return true; }
  status normalize(const pod_info&, const cluster&, cycle_state&, score_column& column) const override {
    if (column.scores().empty()) return status::ok();
    const extent found = extent_of(column.scores());
    const std::int64_t range = found.most - found.least;
    // The division comes first, and what is left is cut off: 29 of 100 is 28, as upstream.
    replace_each(column.scores(), found.least, found.most, [&](std::int64_t score) {
      if (range == 0) return std::int64_t{0};
      return static_cast<std::int64_t>(static_cast<double>(max_node_score) *
                                       (static_cast<double>(score - found.least) / static_cast<double>(range)));
    });
    return status::ok();
  }

 private:
  static bool has_wishes(const k8s::pod_spec& spec) {
    return (spec.pod_affinity_rules && !spec.pod_affinity_rules->preferred.empty()) ||
           (spec.pod_anti_affinity_rules && !spec.pod_anti_affinity_rules->preferred.empty());
  }

  static plan_cache<required_affinity_plan>::stamp stamp_of(const cluster& nodes) {
    return {nodes.namespace_generation(), nodes.part<pod_tallies>().keys_generation(), 0};
  }

  affinity_cycle& with_required(const pod_info& pod, const cluster& nodes, cycle_state& cycle) const {
    affinity_cycle& s = cycle.of<affinity_cycle>(this, [] { return affinity_cycle(); });
    if (s.required == nullptr)
      s.required = required_.find(pod, nodes.part<pod_tallies>().identity(), stamp_of(nodes),
                                  [&] { return std::make_shared<const required_affinity_plan>(pod, nodes); });
    return s;
  }

  static status change(affinity_cycle& s, const k8s::pod_spec& other, const k8s::node& node, std::int64_t by) {
    const auto count = [&](domain_changes& in, const std::string& key) {
      const std::string* value = node.labels.find(key);
      if (value == nullptr) return;
      const auto there = in.try_emplace({key, *value}).first;
      there->second += by;
      if (there->second == 0) in.erase(there);
    };
    for (const k8s::pod_affinity_term& t : required_of(other.pod_anti_affinity_rules))
      if (concerns(t, other, *s.required->incoming)) count(s.existing, t.topology_key);
    if (matches_all(s.required->affinity_terms, other))
      for (const counted_key& key : s.required->affinity) count(s.affinity, key.topology_key);
    for (const resolved_term& t : s.required->anti_terms)
      if (t.matches(other)) count(s.anti, t.topology_key);
    return status::ok();
  }

  settings settings_;
  mutable plan_cache<required_affinity_plan> required_;  ///< caches of what the cluster says
  mutable plan_cache<preferred_affinity_plan> preferred_;
};

}  // namespace

std::unique_ptr<plugin> make_inter_pod_affinity(arguments& args, const plugin_context&) {
  settings s;
  s.hard_weight = args.integer_or("hardPodAffinityWeight", 1, 0, 100);
  s.ignore_preferred_of_existing = args.boolean_or("ignorePreferredTermsOfExistingPods", false);
  args.finish();
  return std::make_unique<inter_pod_affinity>(s);
}

}  // namespace berth::scoring
