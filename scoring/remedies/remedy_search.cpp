#include "scoring/remedies/remedy_search.hpp"

#include "scoring/remedies/remedies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <tuple>

namespace berth::scoring {

std::string remedy::sentence() const {
  if (of_node) return text;
  if (nodes <= 1) return fmt::format("{} (fits on {})", text, node);
  return fmt::format("{} (fits on {} and {} more node{})", text, node, nodes - 1, nodes == 2 ? "" : "s");
}

judgement remedy_search::judge(const pod_info& pod, const node_set& asked) {
  const std::size_t cost = asked.count();
  if (found_.tried >= within_.trials || (found_.tried > 0 && checks_ + cost > within_.node_checks)) {
    found_.complete = false;
    return {"too many were tried", node_set(nodes_.universe()), std::vector<refusal_id>(nodes_.universe(), 0), {}};
  }
  ++found_.tried;
  checks_ += cost;
  cycle_state cycle;
  judgement out = by_.judge(pod, nodes_, asked, cycle);
  if (!out.error.empty()) out.feasible = node_set(nodes_.universe());
  return out;
}

bool remedy_search::fits_on(const pod_info& pod, node_id n) {
  node_set alone(nodes_.universe());
  alone.insert(n);
  return judge(pod, alone).feasible.contains(n);
}

void remedy_search::add(remedy one, const node_set& on) {
  on.for_each([&](node_id n) {
    const std::string& name = nodes_.node(n).name;
    if (one.nodes == 0 || name < one.node) one.node = name;
    ++one.nodes;
  });
  if (one.nodes != 0) add(std::move(one));
}

remedy_list remedy_search::take() {
  std::vector<remedy>& all = found_.told;
  std::stable_sort(all.begin(), all.end(), [](const remedy& a, const remedy& b) {
    return std::tie(a.how_much, a.size, a.text) < std::tie(b.how_much, b.size, b.text);
  });
  if (all.size() > most_remedies) all.resize(most_remedies);
  return std::move(found_);
}

bool belongs_to_its_node(const k8s::pod_spec& spec) {
  return spec.owner && (spec.owner->kind == "DaemonSet" || spec.owner->kind == "Node");
}

pod_info with_spec(const pod_info& pod, k8s::pod_spec spec) {
  auto changed = std::make_shared<k8s::pod>(*pod.pod);
  changed->spec = std::make_shared<const k8s::pod_spec>(std::move(spec));
  return {std::move(changed), pod.requests};
}

namespace {

// Changes of the pod, smaller ones first, so that they are tried before the bounds are reached.
std::vector<wanted_label> try_pod_changes(remedy_search& search) {
  try_smaller_requests(search);
  try_larger_skews(search);
  return try_other_rules(search);
}

}  // namespace

remedy_list find_remedies(profile& by, const pod_info& pod, live_cluster& nodes, remedy_bounds within) {
  remedy_search search(by, pod, nodes, within);
  const judgement before = search.judge(pod, nodes.nodes());
  if (!before.error.empty() || !before.feasible.empty()) return search.take();
  try_claims(search, nodes);
  const std::vector<wanted_label> labels = try_pod_changes(search);
  try_labels(search, nodes, labels);
  try_topology_labels(search, nodes);
  try_node_states(search, nodes);
  if (within.evictions) try_evictions(search, nodes, before);
  try_more_nodes(search, nodes);
  return search.take();
}

remedy_list find_pod_remedies(profile& by, const pod_info& pod, const cluster& nodes, remedy_bounds within) {
  remedy_search search(by, pod, nodes, within);
  const judgement before = search.judge(pod, nodes.nodes());
  if (before.error.empty() && before.feasible.empty()) try_pod_changes(search);
  return search.take();
}

}  // namespace berth::scoring
