#include "controller/schedule/races.hpp"

#include "scoring/index/what_if.hpp"
#include "scoring/resource_column.hpp"

#include <utility>

namespace berth::controller {

using scoring::node_id;

bool holds_too_much(const scoring::cluster& nodes, std::string_view node, const scoring::demand& of_pod) {
  const node_id n = nodes.find_node(node);
  if (n == scoring::no_node) return false;
  if (nodes.pod_count()[n] > nodes.allowed_pods()[n]) return true;
  for (scoring::resource_id r = 0; r < scoring::first_scalar; ++r)
    if (of_pod.amounts[r] > 0 && nodes.requested(r)[n] > nodes.allocatable(r)[n]) return true;
  for (const auto& [name, amount] : of_pod.scalars) {
    const scoring::resource_column of(name, nodes);
    if (amount > 0 && !of.absent() && of.requested(n) > of.allocatable(n)) return true;
  }
  return false;
}

scoring::status judge_again(scoring::live_cluster& nodes, scoring::profile& plugins, const scoring::pod_info& pod,
                            std::string_view node) {
  const node_id n = nodes.find_node(node);
  if (n == scoring::no_node) return scoring::status::ok();  // as for any other pod on a node that went
  scoring::what_if without(nodes);
  without.remove(pod.pod->uid);
  scoring::node_set only(nodes.universe());
  only.insert(n);
  scoring::cycle_state cycle;
  const scoring::judgement found = plugins.judge(pod, nodes, only, cycle);
  if (!found.error.empty()) return scoring::status::failed(found.error);
  return found.feasible.contains(n) ? scoring::status::ok() : found.why(n);
}

}  // namespace berth::controller
