#include "scoring/explain/spread_shortfalls.hpp"
#include "scoring/explains.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/plugins/spread_hints.hpp"
#include "scoring/plugins/spread_plan.hpp"
#include "scoring/plugins/spread_scoring.hpp"
#include "scoring/topology/plan_cache.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

/// PodTopologySpread refuses nodes in whose topology domain there would be too many pods of a kind, beside the domain
/// with the fewest (DoNotSchedule), and prefers nodes in domains with few (ScheduleAnyway). It reads the pod's
/// constraints, labels, namespace, owner, node rules and tolerations; the pods placed anywhere; nodes' labels and
/// taints; services and workloads. Upstream: plugins/podtopologyspread.
///
/// Arguments: defaultConstraints and defaultingType, for pods that have no constraints.
namespace berth::scoring {

namespace {

constexpr auto too_skewed = "node(s) didn't match pod topology spread constraints";
constexpr auto no_label = "node(s) didn't match pod topology spread constraints (missing required label)";

// What one cycle has found out. Copied for each trial, so what is large is shared.
struct spread_cycle {
  // How many pods more, or fewer, there are in one domain than are counted. A trial is about one node.
  struct change {
    domain_id where = no_domain;
    std::int64_t by = 0;
  };
  std::shared_ptr<const hard_spread> hard;
  std::shared_ptr<const std::vector<tally::least>> least;  // by constraint, as counted
  std::vector<change> changes;                             // by constraint; empty: none

  spread_scoring scoring;
};

std::int64_t value_in(const spread_cycle& s, std::size_t i, domain_id d) {
  const std::int64_t counted = s.hard->constraints[i].placed->at(d);
  return s.changes.empty() || s.changes[i].where != d ? counted : counted + s.changes[i].by;
}

// The pods in the domain with the fewest. Upstream: minMatchNum.
std::int64_t least_in(const spread_cycle& s, std::size_t i) {
  const hard_spread::constraint& c = s.hard->constraints[i];
  if (c.placed->domains() < static_cast<std::size_t>(c.rule.min_domains)) return 0;
  const tally::least& counted = (*s.least)[i];
  if (s.changes.empty() || s.changes[i].where == no_domain) return counted.sum;
  const domain_id d = s.changes[i].where;
  const bool alone = counted.domains == 1 && c.placed->at(d) == counted.sum;
  return std::min(value_in(s, i, d), alone ? counted.next : counted.sum);
}

// How many constraint i allows in a domain before this pod comes.
std::int64_t most_in(const spread_cycle& s, std::size_t i) {
  const hard_spread::constraint& c = s.hard->constraints[i];
  return least_in(s, i) + c.rule.max_skew - (c.self_matches ? 1 : 0);
}

class pod_topology_spread final : public plugin,
                                  public pre_filter_plugin,
                                  public pre_filter_extensions,
                                  public filter_plugin,
                                  public pre_score_plugin,
                                  public score_plugin,
                                  public explains {
 public:
  explicit pod_topology_spread(spread_defaults defaults) : defaults_(std::move(defaults)) {}

  std::string_view name() const override { return "PodTopologySpread"; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::assigned_pod, action_add | action_update_labels | action_delete},
            {event_resource::target_pod, action_update_tolerations | action_update_labels},
            {event_resource::node, action_add | action_delete | action_update_labels | action_update_taints}};
  }
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    // Which default constraints the pod has is not known without the services and workloads.
    if (pod.spec().spread_constraints.empty() && defaults_.any_hard() && e.nodes == nullptr) return true;
    const spread_constraints hard =
        constraints_of(pod.spec(), true, defaults_, e.nodes != nullptr ? &e.nodes->workload_selectors() : nullptr);
    return !hard.fault.empty() || spread_may_fit_after(e, pod.spec(), hard.list);
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle) const override {
    const spread_cycle& s = with_hard(pod, nodes, cycle);
    if (!s.hard->fault.empty())
      return {status::failed("get constraints from pod: obtaining pod's hard topology spread constraints: " +
                             s.hard->fault),
              std::nullopt};
    return {s.hard->constraints.empty() ? status::skipped() : status::ok(), std::nullopt};
  }

  status add_pod(const pod_info& pod, const cluster& nodes, cycle_state& cycle, const pod_info& added,
                 node_id node) const override {
    return change(with_hard(pod, nodes, cycle), pod, added, node, 1);
  }
  status remove_pod(const pod_info& pod, const cluster& nodes, cycle_state& cycle, const pod_info& removed,
                    node_id node) const override {
    return change(with_hard(pod, nodes, cycle), pod, removed, node, -1);
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle, filter_column& column) const override {
    const spread_cycle& s = with_hard(pod, nodes, cycle);
    if (s.hard->constraints.empty()) return;
    const refusal_id by_label = column.reason(status::unresolvable(no_label));
    const refusal_id by_skew = column.reason(status::refuse(too_skewed));
    std::vector<std::int64_t> most;
    std::size_t domains = 0;
    for (std::size_t i = 0; i < s.hard->constraints.size(); ++i) {
      most.push_back(most_in(s, i));
      domains += s.hard->constraints[i].placed->by().in_use();
    }
    if (s.changes.empty() && domains <= column.nodes().count()) {
      for (std::size_t i = 0; i < most.size(); ++i)
        refuse_domains(*s.hard->constraints[i].placed, most[i], nodes.universe(), column, by_label, by_skew);
      return;
    }
    column.for_each([&](node_id n) {
      for (std::size_t i = 0; i < most.size(); ++i) {
        const domain_id d = s.hard->constraints[i].placed->domain(n);
        if (d == no_domain) return column.refuse(n, by_label);
        if (value_in(s, i, d) > most[i]) return column.refuse(n, by_skew);
      }
    });
  }

  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                 node_id n) const override {
    const spread_cycle& s = with_hard(pod, nodes, cycle);
    for (std::size_t i = 0; i < s.hard->constraints.size(); ++i) {
      const hard_spread::constraint& c = s.hard->constraints[i];
      const domain_id d = c.placed->domain(n);
      if (d == no_domain) return {missing_topology(c.rule)};
      if (value_in(s, i, d) > most_in(s, i))
        return {unbalanced(c.rule, {c.placed->by().value(d), value_in(s, i, d), least_in(s, i), c.placed->domains()})};
    }
    return {};
  }

  status pre_score(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                   std::span<const node_id> feasible) const override {
    spread_cycle& s = cycle.of<spread_cycle>(this, [] { return spread_cycle(); });
    std::shared_ptr<const soft_spread> soft =
        soft_.find(pod, nodes.part<pod_tallies>().identity(), stamp_of(pod, nodes),
                   [&] { return std::make_shared<const soft_spread>(pod, nodes, defaults_); });
    if (!soft->fault.empty())
      return status::failed("calculating preScoreState: obtaining pod's soft topology spread constraints: " +
                            soft->fault);
    if (soft->constraints.empty()) return status::skipped();
    s.scoring = spread_scoring(std::move(soft), nodes, feasible);
    return status::ok();
  }

  status score(const pod_info& pod, const cluster& nodes, cycle_state& cycle, score_column& column) const override {
    const spread_cycle& s = cycle.of<spread_cycle>(this, [] { return spread_cycle(); });
    if (!s.scoring.prepared()) {  // the profile does not ask it at PreScore
      const status first = pre_score(pod, nodes, cycle, column.nodes());
      if (first.what == code::skip) return status::ok();
      if (!first.is_ok()) return first;
    }
    s.scoring.score(nodes.universe(), column);
    return status::ok();
  }

  bool normalizes() const override { return true; }
  status normalize(const pod_info&, const cluster&, cycle_state& cycle, score_column& column) const override {
    const auto* found = cycle.find<spread_cycle>(this);
    if (found != nullptr && found->scoring.prepared()) found->scoring.normalize(column);
    return status::ok();
  }

 private:
  plan_cache<hard_spread>::stamp stamp_of(const pod_info& pod, const cluster& nodes) const {
    const bool own = !pod.spec().spread_constraints.empty();
    return {own ? 0 : nodes.workload_selectors().generation(pod.spec().namespace_),
            nodes.part<pod_tallies>().keys_generation(), 0};
  }

  spread_cycle& with_hard(const pod_info& pod, const cluster& nodes, cycle_state& cycle) const {
    spread_cycle& s = cycle.of<spread_cycle>(this, [] { return spread_cycle(); });
    if (s.hard != nullptr) return s;
    s.hard = hard_.find(pod, nodes.part<pod_tallies>().identity(), stamp_of(pod, nodes),
                        [&] { return std::make_shared<const hard_spread>(pod, nodes, defaults_); });
    std::vector<tally::least> least;
    for (const hard_spread::constraint& c : s.hard->constraints) least.push_back(c.placed->find_least());
    s.least = std::make_shared<const std::vector<tally::least>>(std::move(least));
    return s;
  }

  // Upstream asks each node about each constraint in turn: the first that refuses it owns it.
  static void refuse_domains(const tally& placed, std::int64_t most, std::size_t universe, filter_column& column,
                             refusal_id by_label, refusal_id by_skew) {
    column.keep_only(placed.by().nodes(universe), by_label);
    for (domain_id d = 0; d < placed.by().size(); ++d)
      if (placed.at(d) > most)
        placed.by().for_each_in(d, [&](node_id n) {
          if (column.nodes().contains(n)) column.refuse(n, by_skew);
        });
  }

  // Here an empty selector matches everybody, and pods that are being deleted count, unlike where pods are counted:
  // upstream's updateWithPod.
  static status change(spread_cycle& s, const pod_info& pod, const pod_info& other, node_id node, std::int64_t by) {
    if (other.spec().namespace_ != pod.spec().namespace_) return status::ok();
    s.changes.resize(s.hard->constraints.size());
    for (std::size_t i = 0; i < s.changes.size(); ++i) {
      const hard_spread::constraint& c = s.hard->constraints[i];
      if (!c.placed->counts(node) || !c.rule.selector || !c.rule.selector->matches(other.spec().labels)) continue;
      s.changes[i].where = c.placed->domain(node);
      s.changes[i].by += by;
    }
    return status::ok();
  }

  spread_defaults defaults_;
  mutable plan_cache<hard_spread> hard_;  ///< caches of what the cluster says
  mutable plan_cache<soft_spread> soft_;
};

}  // namespace

std::unique_ptr<plugin> make_pod_topology_spread(arguments& args, const plugin_context&) {
  spread_defaults defaults(args);
  args.finish();
  return std::make_unique<pod_topology_spread>(std::move(defaults));
}

}  // namespace berth::scoring
