#include "scoring/engine/extender_opinion.hpp"

#include <limits>

namespace berth::scoring {

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

}  // namespace

std::int64_t saturating_sum(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? (a < 0 ? least : most) : sum;
}

std::int64_t saturating_product(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? ((a < 0) == (b < 0) ? most : least) : product;
}

node_set still_there(const extender_opinion& opinion, const cluster& nodes) {
  node_set out(nodes.universe());
  for (const std::string& name : opinion.left)
    if (const node_id n = nodes.find_node(name); n != no_node) out.insert(n);
  return out;
}

void enter_refusals(diagnosis& why, const extender_opinion& opinion, const node_set& fitting, const cluster& nodes) {
  const refusal_id silent = why.table.intern({code::unschedulable, {}, std::string(extender_name)});
  fitting.for_each([&](node_id n) { why.refused_by[n] = silent; });
  for (const auto& [name, s] : opinion.refused) {
    const refusal_id id = why.table.intern(s);
    const node_id n = nodes.find_node(name);
    if (n != no_node)
      why.refused_by[n] = id;
    else
      why.refused_by.push_back(id);  // a row behind the nodes': kube-scheduler's message counts these reasons too
  }
  if (opinion.narrowed || !fitting.empty()) why.blame(extender_name);
}

void add_scores(const extender_opinion& opinion, const cluster& nodes, std::span<const node_id> list,
                std::span<std::int64_t> totals) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (const auto there = opinion.scores.find(nodes.node(list[i]).name); there != opinion.scores.end())
      totals[i] = saturating_sum(totals[i], there->second);
}

}  // namespace berth::scoring
