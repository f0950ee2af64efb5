#include "scoring/plugins/capacity_inverses.hpp"

#include "scoring/column_math.hpp"

#include <utility>

namespace berth::scoring {

std::span<const double> capacity_inverses::of(resource_id r, const cluster& nodes) const {
  column& c = columns_.at(r == cpu ? 0 : 1);
  c.rows.resize(nodes.universe());
  const std::span<const std::int64_t> whole = nodes.allocatable(r);
  const auto look_at = [&](node_id n) {
    if (nodes.nodes().contains(n)) c.rows[n] = inverse_of(whole[n]);
  };
  if (std::exchange(c.fresh, false) || !nodes.node_changes().for_each_since(c.position, look_at))
    nodes.nodes().for_each(look_at);
  c.position = nodes.node_changes().position();
  return c.rows;
}

}  // namespace berth::scoring
