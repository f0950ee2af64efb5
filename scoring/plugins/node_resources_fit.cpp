#include "k8s/text/keyed_hash.hpp"
#include "scoring/column_math.hpp"
#include "scoring/explains.hpp"
#include "scoring/plugins/fit_events.hpp"
#include "scoring/plugins/fit_strategy.hpp"
#include "scoring/plugins/least_room.hpp"
#include "scoring/plugins/load_math.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/resource_column.hpp"

#include <algorithm>
#include <bit>

/// NodeResourcesFit refuses nodes that lack room for the pod's requests, naming every resource that is short; it is a
/// refusal for good where the node would be too small even if empty. It prefers nodes by how full they would be, in one
/// of three ways (fit_strategy.hpp). It reads the pod's requests, and the node's allocatable and what is requested on
/// it. Upstream: plugins/noderesources, fit.go.
///
/// Arguments: ignoredResources, ignoredResourceGroups (extended resources that Filter does not look at),
/// scoringStrategy.
namespace berth::scoring {

namespace {

constexpr auto too_many_pods = "Too many pods";
constexpr std::string_view insufficient = "Insufficient ";
constexpr std::size_t most_accounted = 32;  // resources of one node

bool is_extended(std::string_view name) {
  return name.find('/') != std::string_view::npos && name.find("kubernetes.io/") == std::string_view::npos &&
         !name.starts_with("requests.");
}

// A resource that the pod asks for.
struct wanted_resource {
  resource_column of;
  std::int64_t amount;

  bool exceeds_capacity(node_id n) const { return amount > of.allocatable(n); }
  std::int64_t free(node_id n) const { return of.allocatable(n) - of.requested(n); }
  bool lacking(node_id n) const { return amount > free(n); }
};

struct wanted_resources {
  std::vector<wanted_resource> some_have;  ///< of these a node may have enough
  /// Of these none has any: a pod may name thousands. With the amounts.
  std::vector<std::pair<std::string_view, std::int64_t>> nobody_has;
};

class node_resources_fit final : public plugin,
                                 public pre_filter_plugin,
                                 public filter_plugin,
                                 public pre_score_plugin,
                                 public score_plugin,
                                 public explains {
 public:
  node_resources_fit(std::vector<std::string> ignored, std::vector<std::string> ignored_groups, fit_strategy strategy)
      : ignored_(std::move(ignored)), ignored_groups_(std::move(ignored_groups)), strategy_(std::move(strategy)) {}

  std::string_view name() const override { return "NodeResourcesFit"; }
  dependencies reads() const override { return {pod_requests, reach::own_node}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::assigned_pod, action_delete | action_scale_down},
            {event_resource::target_pod, action_scale_down},
            {event_resource::node, action_add | action_update_allocatable}};
  }

  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    if (e.resource == event_resource::node && e.new_node != nullptr) return node_has_room(pod, e.old_node, *e.new_node);
    if (e.resource != event_resource::assigned_pod) return true;
    return placed_pod_frees_room(pod, e);
  }

  pre_filter_result pre_filter(const pod_info&, const cluster&, cycle_state&) const override { return {}; }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state&, filter_column& column) const override {
    const wanted_resources wanted = wanted_of(pod, nodes);
    const std::span<const std::int64_t> placed = nodes.pod_count();
    const std::span<const std::int64_t> allowed = nodes.allowed_pods();
    // By what lacks, two bits for each resource: nodes share a handful of combinations.
    k8s::text_map<refusal_id> made;
    std::string key, last_key;
    refusal_id last = 0;
    const node_set unfit = that_lack(wanted, nodes, column.nodes());
    unfit.for_each([&](node_id n) {
      const bool full = placed[n] + 1 > allowed[n];
      key.assign(1, full ? '1' : '0');
      for (const wanted_resource& w : wanted.some_have) key += !w.lacking(n) ? '0' : w.exceeds_capacity(n) ? '2' : '1';
      if (key != last_key) {
        auto [entry, is_new] = made.try_emplace(key);
        if (is_new) entry->second = column.reason(refusal(n, full, wanted));
        last = entry->second;
        last_key = key;
      }
      column.refuse(n, last);
    });
  }

  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state&, node_id n) const override {
    std::vector<shortfall> out;
    const std::int64_t placed = nodes.pod_count()[n], allowed = nodes.allowed_pods()[n];
    if (placed + 1 > allowed)
      out.push_back({"no room for one more pod", std::to_string(placed) + " of " + std::to_string(allowed) + " pods"});
    const wanted_resources wanted = wanted_of(pod, nodes);
    for (const wanted_resource& w : wanted.some_have)
      if (w.lacking(n) && out.size() < most_accounted)
        out.push_back({std::string(w.of.name()), "", w.amount, w.free(n), w.of.allocatable(n)});
    for (const auto& [resource, amount] : wanted.nobody_has)
      if (out.size() < most_accounted) out.push_back({std::string(resource), "", amount, 0, 0});
    return out;
  }

  status pre_score(const pod_info&, const cluster&, cycle_state&, std::span<const node_id>) const override {
    return {};
  }

  status score(const pod_info& pod, const cluster& nodes, cycle_state&, score_column& column) const override {
    const std::vector<considered_resource> resources =
        consider(strategy_.resources, pod, nodes, amounts::at_least_some);
    score_fit(strategy_, resources, column.nodes(), column.scores());
    return status::ok();
  }

  bool in_bytes() const override { return true; }
  status score_bytes(const pod_info& pod, const cluster& nodes, cycle_state&, byte_column& column) const override {
    std::vector<considered_resource> resources = consider(strategy_.resources, pod, nodes, amounts::at_least_some);
    if (column.nodes().size() >= row_block::least) add_doubles(resources, amounts::at_least_some, nodes);
    return score_fit(strategy_, resources, column.nodes(), column.scores()) ? status::ok() : status::skipped();
  }

 private:
  bool is_ignored(const std::string& name) const {
    if (!is_extended(name)) return false;
    const std::string_view group = std::string_view(name).substr(0, name.find('/'));
    return std::find(ignored_.begin(), ignored_.end(), name) != ignored_.end() ||
           std::find(ignored_groups_.begin(), ignored_groups_.end(), group) != ignored_groups_.end();
  }

  wanted_resources wanted_of(const pod_info& pod, const cluster& nodes) const {
    wanted_resources wanted;
    for (resource_id r = 0; r < first_scalar; ++r)
      if (pod.requests->amounts[r] > 0)
        wanted.some_have.push_back({resource_column(fixed_resource_name(r), nodes), pod.requests->amounts[r]});
    for (const auto& [name, amount] : pod.requests->scalars) {
      if (amount <= 0 || is_ignored(name)) continue;
      const resource_column of(name, nodes);
      if (of.absent())
        wanted.nobody_has.emplace_back(name, amount);
      else
        wanted.some_have.push_back({of, amount});
    }
    return wanted;
  }

  // One thing that a node has to have enough of, by node number.
  struct room {
    std::int64_t amount;
    std::span<const std::int64_t> whole, used;
    std::span<const std::int64_t> least;  ///< see least_room
  };

  static std::vector<room> rooms_of(const wanted_resources& wanted, const cluster& nodes) {
    const auto& kept = nodes.part<least_room>();
    std::vector<room> out;
    out.reserve(wanted.some_have.size() + 1);
    out.push_back({1, nodes.allowed_pods(), nodes.pod_count(), kept.of_pods(nodes)});  // for the pod itself
    for (const wanted_resource& r : wanted.some_have)
      if (r.of.dense())
        out.push_back(
            {r.amount, r.of.allocatable(), r.of.requested(), kept.of(*nodes.resources().find(r.of.name()), nodes)});
    return out;
  }

  // Those of the nodes on which something lacks: whole words of rows at a time, without a branch, unless they are few.
  static node_set that_lack(const wanted_resources& wanted, const cluster& nodes, const node_set& among) {
    if (!wanted.nobody_has.empty()) return among;
    node_set unfit(among.universe());
    if (among.count() < node_set::word_bits) {
      const auto full = [&](node_id n) { return nodes.pod_count()[n] + 1 > nodes.allowed_pods()[n]; };
      among.for_each([&](node_id n) {
        const auto lacks = [n](const wanted_resource& r) { return r.lacking(n); };
        if (full(n) || std::any_of(wanted.some_have.begin(), wanted.some_have.end(), lacks)) unfit.insert(n);
      });
      return unfit;
    }
    const std::vector<room> rooms = rooms_of(wanted, nodes);
    for (std::size_t w = 0; w < among.words().size(); ++w) {
      const node_set::word members = among.words()[w];
      if (members == 0) continue;
      const std::size_t first = w * node_set::word_bits;
      const std::size_t rows = std::min(node_set::word_bits, among.universe() - first);
      node_set::word lacking = 0;
      for (const room& r : rooms)
        if (r.least[w] < r.amount)
          lacking |= rows_that_lack(r.amount, r.whole.subspan(first, rows), r.used.subspan(first, rows));
      for (node_set::word rest = members & lacking; rest != 0; rest &= rest - 1)
        unfit.insert(static_cast<node_id>(first + static_cast<std::size_t>(std::countr_zero(rest))));
    }
    for (const wanted_resource& r : wanted.some_have)
      if (!r.of.dense())
        among.for_each([&](node_id n) {
          if (r.lacking(n)) unfit.insert(n);
        });
    return unfit;
  }

  static status refusal(node_id n, bool full, const wanted_resources& wanted) {
    status s{code::unschedulable, {}, {}};
    if (full) s.reasons.emplace_back(too_many_pods);
    const auto add = [&](std::string_view resource) { s.reasons.emplace_back(insufficient).append(resource); };
    for (const wanted_resource& w : wanted.some_have) {
      if (!w.lacking(n)) continue;
      add(w.of.name());
      if (w.exceeds_capacity(n)) s.what = code::unschedulable_and_unresolvable;
    }
    for (const auto& [resource, amount] : wanted.nobody_has) add(resource);
    if (!wanted.nobody_has.empty()) s.what = code::unschedulable_and_unresolvable;
    return s;
  }

  // Whether the pod fits the node when empty, and the node has more than before of something that the pod asks for.
  bool node_has_room(const pod_info& pod, const k8s::node* before, const k8s::node& now) const {
    bool more = before == nullptr || amount_in(now.allocatable, "pods") > amount_in(before->allocatable, "pods");
    if (amount_in(now.allocatable, "pods") < 1) return false;
    // False where the node is too small.
    const auto look_at = [&](std::string_view resource, std::int64_t amount) {
      const std::int64_t has = amount_in(now.allocatable, resource);
      if (amount > has) return false;
      more = more || has > amount_in(before->allocatable, resource);
      return true;
    };
    for (resource_id r = 0; r < first_scalar; ++r) {
      const std::int64_t amount = pod.requests->amounts[r];
      if (amount != 0 && !look_at(fixed_resource_name(r), amount)) return false;
    }
    for (const auto& [resource, amount] : pod.requests->scalars)
      if (!is_ignored(resource) && !look_at(resource, amount)) return false;
    return more;
  }

  std::vector<std::string> ignored_;
  std::vector<std::string> ignored_groups_;
  fit_strategy strategy_;
};

}  // namespace

std::unique_ptr<plugin> make_node_resources_fit(arguments& args, const plugin_context&) {
  std::vector<std::string> ignored = args.texts("ignoredResources").value_or(std::vector<std::string>{});
  for (const std::string& name : ignored)
    if (!is_qualified_name(name)) args.fail("ignoredResources", "\"" + name + "\" is not the name of a resource");
  std::vector<std::string> groups = args.texts("ignoredResourceGroups").value_or(std::vector<std::string>{});
  for (const std::string& group : groups)
    if (!is_qualified_name(group) || group.find('/') != std::string::npos)
      args.fail("ignoredResourceGroups", "\"" + group + "\" is not the name of a resource group");
  fit_strategy strategy = read_fit_strategy(args);
  args.finish();
  return std::make_unique<node_resources_fit>(std::move(ignored), std::move(groups), std::move(strategy));
}

}  // namespace berth::scoring
