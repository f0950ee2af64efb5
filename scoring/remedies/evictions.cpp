#include "scoring/index/what_if.hpp"
#include "scoring/preemption/budgets.hpp"
#include "scoring/remedies/remedy_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

/// One pod gone from a node.
namespace berth::scoring {

namespace {

// Whom an operator would evict first: whoever ends anyway, whom every budget lets go, whom preemption might take.
struct candidate {
  bool ends_anyway;                        // it is being deleted
  const k8s::disruption_budget* protects;  // nullptr: none does
  bool outranks;                           // its priority is not below that of the pod
  std::int32_t priority;
  std::int64_t cpu, memory;
  pod_info pod;
  node_id node;
};

bool room_without(const remedy_search& search, node_id n, const demand& gone) {
  const cluster& nodes = search.nodes();
  const demand& wanted = *search.pod().requests;
  const auto enough = [&](std::string_view r) {
    const std::int64_t needs = wanted.of(r);
    return needs == 0 || nodes.allocatable_of(n, r) - nodes.requested_of(n, r) + gone.of(r) >= needs;
  };
  for (resource_id r = 0; r < first_scalar; ++r)
    if (!enough(fixed_resource_name(r))) return false;
  return std::all_of(wanted.scalars.begin(), wanted.scalars.end(), [&](const auto& one) { return enough(one.first); });
}

// Whether the plugin that refuses the node could care about that pod: saves trials, and decides nothing.
bool may_matter(std::string_view plugin, const pod_info& placed) {
  const k8s::pod_spec& spec = placed.spec();
  if (plugin == "NodePorts")
    return std::any_of(spec.containers.begin(), spec.containers.end(),
                       [](const auto& c) { return !c.host_ports.empty(); }) ||
           std::any_of(spec.init_containers.begin(), spec.init_containers.end(),
                       [](const auto& c) { return !c.host_ports.empty(); });
  if (plugin == "NodeVolumeLimits" || plugin == "VolumeRestrictions") return !spec.volumes.empty();
  return true;
}

bool may_keep_away(const pod_info& incoming, const pod_info& placed) {
  if (placed.spec().pod_anti_affinity_rules && !placed.spec().pod_anti_affinity_rules->required.empty()) return true;
  const auto& own = incoming.spec().pod_anti_affinity_rules;
  return own && std::any_of(own->required.begin(), own->required.end(), [&](const k8s::pod_affinity_term& t) {
           return t.selector && t.selector->matches(placed.spec().labels);
         });
}

std::vector<candidate> candidates_of(const remedy_search& search, const judgement& before) {
  std::vector<candidate> out;
  const cluster& nodes = search.nodes();
  const budget_count budgets(nodes.disruption_budgets());
  const std::int32_t own = search.pod().spec().priority;
  nodes.nodes().for_each([&](node_id n) {
    const status& why = before.why(n);
    if (before.refused_by[n] == 0 || why.what != code::unschedulable) return;
    for (const pod_info& placed : nodes.pods_on(n)) {
      if (belongs_to_its_node(placed.spec()) || !may_matter(why.plugin, placed)) continue;
      if (why.plugin == "InterPodAffinity" && !may_keep_away(search.pod(), placed)) continue;
      const demand* held = nodes.held_by(placed.pod->uid);
      if (held == nullptr || !room_without(search, n, *held)) continue;
      out.push_back({placed.pod->terminating(), budgets.protecting(*placed.pod), placed.spec().priority >= own,
                     placed.spec().priority, held->of(cpu), held->of(memory), placed, n});
    }
  });
  std::sort(out.begin(), out.end(), [](const candidate& a, const candidate& b) {
    const auto order = [](const candidate& c) {
      return std::tuple<bool, bool, bool, std::int32_t, std::int64_t, std::int64_t, const k8s::object_key&>(
          !c.ends_anyway, c.protects != nullptr, c.outranks, c.priority, c.cpu, c.memory, c.pod.pod->key);
    };
    return order(a) < order(b);
  });
  return out;
}

std::string eviction_text(const candidate& c, const std::string& node, std::int32_t own) {
  const std::string rank = c.priority == own  ? ", the same as this pod's"
                           : c.priority > own ? fmt::format(", above this pod's {}", own)
                                              : "";
  std::string text = fmt::format("evict pod {} (priority {}{}) from {}", c.pod.pod->key.text(), c.priority, rank, node);
  if (c.protects != nullptr)
    text += fmt::format(", which PodDisruptionBudget {} does not allow now", c.protects->key.text());
  return text;
}

}  // namespace

void try_evictions(remedy_search& search, live_cluster& nodes, const judgement& before) {
  const std::vector<candidate> all = candidates_of(search, before);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == most_evictions) return search.leave_out();
    const candidate& c = all[i];
    what_if without(nodes);
    without.remove(c.pod.pod->uid);
    if (!search.fits_on(c.node)) continue;
    const std::string pod = c.pod.pod->key.text(), node = nodes.node(c.node).name;
    search.add({.change = c.ends_anyway ? "wait" : "evict",
                .text = c.ends_anyway
                            ? fmt::format("wait until pod {} on {}, which is being deleted, is gone", pod, node)
                            : eviction_text(c, node, search.pod().spec().priority),
                .node = node,
                .nodes = 1,
                .of_node = true,
                .how_much = c.ends_anyway ? remedy::effort::wait : remedy::effort::eviction});
    return;
  }
}

}  // namespace berth::scoring
