#include "scoring/explains.hpp"
#include "scoring/plugins/fit_events.hpp"
#include "scoring/plugins/fit_strategy.hpp"
#include "scoring/plugins/plugins.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>

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
constexpr auto insufficient = "Insufficient ";
constexpr std::size_t most_accounted = 32;  // resources of one node

bool is_extended(std::string_view name) {
  return name.find('/') != std::string_view::npos && name.find("kubernetes.io/") == std::string_view::npos &&
         !name.starts_with("requests.");
}

// A resource that the pod asks for, with its columns. Spans may be empty: no node has ever had such a resource.
struct wanted_resource {
  const std::string* name;
  std::int64_t amount;
  std::span<const std::int64_t> allocatable;
  std::span<const std::int64_t> requested;

  std::int64_t capacity(node_id n) const { return n < allocatable.size() ? allocatable[n] : 0; }
  std::int64_t free(node_id n) const { return capacity(n) - (n < requested.size() ? requested[n] : 0); }
  bool lacking(node_id n) const { return amount > free(n); }
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
    const std::vector<wanted_resource> wanted = wanted_of(pod, nodes);
    const std::span<const std::int64_t> placed = nodes.pod_count();
    const std::span<const std::int64_t> allowed = nodes.allowed_pods();
    std::unordered_map<std::uint64_t, refusal_id> made;  // by what lacks: nodes share a handful of combinations
    const node_set unfit = that_lack(wanted, placed, allowed, column.nodes());
    unfit.for_each([&](node_id n) {
      const bool full = placed[n] + 1 > allowed[n];
      if (wanted.size() > 31) return column.refuse(n, refusal(n, full, wanted));
      std::uint64_t key = full ? 1 : 0;
      for (std::size_t i = 0; i < wanted.size(); ++i)
        if (wanted[i].lacking(n))
          key |= (wanted[i].amount > wanted[i].capacity(n) ? std::uint64_t{3} : 1) << (2 * i + 1);
      auto [entry, is_new] = made.try_emplace(key);
      if (is_new) entry->second = column.reason(refusal(n, full, wanted));
      column.refuse(n, entry->second);
    });
  }

  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state&, node_id n) const override {
    std::vector<shortfall> out;
    const std::int64_t placed = nodes.pod_count()[n], allowed = nodes.allowed_pods()[n];
    if (placed + 1 > allowed)
      out.push_back({"no room for one more pod", std::to_string(placed) + " of " + std::to_string(allowed) + " pods"});
    for (const wanted_resource& w : wanted_of(pod, nodes)) {
      if (out.size() > most_accounted) break;
      if (w.lacking(n)) out.push_back({*w.name, "", w.amount, w.free(n), w.capacity(n)});
    }
    return out;
  }

  status pre_score(const pod_info&, const cluster&, cycle_state&, std::span<const node_id>) const override {
    return {};
  }

  status score(const pod_info& pod, const cluster& nodes, cycle_state&, score_column& column) const override {
    score_fit(strategy_, consider(strategy_.resources, pod, nodes, amounts::at_least_some), column.nodes(),
              column.scores());
    return status::ok();
  }

 private:
  bool is_ignored(const std::string& name) const {
    if (!is_extended(name)) return false;
    const std::string_view group = std::string_view(name).substr(0, name.find('/'));
    return std::find(ignored_.begin(), ignored_.end(), name) != ignored_.end() ||
           std::find(ignored_groups_.begin(), ignored_groups_.end(), group) != ignored_groups_.end();
  }

  std::vector<wanted_resource> wanted_of(const pod_info& pod, const cluster& nodes) const {
    std::vector<wanted_resource> out;
    for (const auto& [id, amount] : pod.requests->amounts) {
      const std::string& resource = nodes.resources().name(id);
      if (amount > 0 && !is_ignored(resource))
        out.push_back({&resource, amount, nodes.allocatable(id), nodes.requested(id)});
    }
    for (const auto& [resource, amount] : pod.requests->unnumbered)
      if (!is_ignored(resource)) out.push_back({&resource, amount, {}, {}});
    return out;
  }

  // Those of the nodes on which something lacks: whole words of rows at a time, without a branch.
  static node_set that_lack(const std::vector<wanted_resource>& wanted, std::span<const std::int64_t> placed,
                            std::span<const std::int64_t> allowed, const node_set& among) {
    node_set unfit(among.universe());
    for (std::size_t w = 0; w < among.words().size(); ++w) {
      const node_set::word members = among.words()[w];
      if (members == 0) continue;
      const std::size_t first = w * node_set::word_bits;
      const std::size_t rows = std::min(node_set::word_bits, among.universe() - first);
      node_set::word lacking = rows_where(
          rows, [p = placed.data() + first, a = allowed.data() + first](std::size_t i) { return p[i] + 1 > a[i]; });
      for (const wanted_resource& r : wanted) {
        if (r.allocatable.empty()) lacking = ~node_set::word{0};
        if (r.allocatable.empty()) break;
        lacking |=
            rows_where(rows, [amount = r.amount, has = r.allocatable.data() + first,
                              used = r.requested.data() + first](std::size_t i) { return amount > has[i] - used[i]; });
      }
      for (node_set::word rest = members & lacking; rest != 0; rest &= rest - 1)
        unfit.insert(static_cast<node_id>(first + static_cast<std::size_t>(std::countr_zero(rest))));
    }
    return unfit;
  }

  template <class Test>
  static node_set::word rows_where(std::size_t rows, Test&& test) {
    node_set::word bits = 0;
    for (std::size_t i = 0; i < rows; ++i) bits |= static_cast<node_set::word>(test(i)) << i;
    return bits;
  }

  static status refusal(node_id n, bool full, const std::vector<wanted_resource>& wanted) {
    status s{code::unschedulable, {}, {}};
    if (full) s.reasons.emplace_back(too_many_pods);
    for (const wanted_resource& w : wanted) {
      if (!w.lacking(n)) continue;
      s.reasons.push_back(insufficient + *w.name);
      if (w.amount > w.capacity(n)) s.what = code::unschedulable_and_unresolvable;
    }
    return s;
  }

  // Whether the pod fits the node when empty, and the node has more than before of something that the pod asks for.
  bool node_has_room(const pod_info& pod, const k8s::node* before, const k8s::node& now) const {
    resource_names names;
    const demand asked = demand_of(pod.spec(), names);
    bool more = before == nullptr || amount_in(now.allocatable, "pods") > amount_in(before->allocatable, "pods");
    if (amount_in(now.allocatable, "pods") < 1) return false;
    for (const auto& [id, amount] : asked.amounts) {
      const std::string& resource = names.name(id);
      if (is_ignored(resource)) continue;
      if (amount > amount_in(now.allocatable, resource)) return false;
      more = more || amount_in(now.allocatable, resource) > amount_in(before->allocatable, resource);
    }
    for (const auto& [resource, amount] : asked.unnumbered)
      if (!is_ignored(resource) && amount > amount_in(now.allocatable, resource)) return false;
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
