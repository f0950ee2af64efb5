#include "scoring/plugins/least_room.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace berth::scoring {

void least_room::followed::catch_up(const cluster& nodes, std::span<const std::int64_t> whole,
                                    std::span<const std::int64_t> used) {
  const std::span<const node_set::word> members = nodes.nodes().words();
  least.resize(members.size());
  stale.resize(members.size());
  reader.catch_up(nodes.changes(), nodes,
                  [&](node_id n) { stale.insert(static_cast<node_id>(n / node_set::word_bits)); });
  stale.for_each([&](node_id block) {
    const std::size_t first = block * node_set::word_bits;
    least[block] = std::numeric_limits<std::int64_t>::max();
    for (node_set::word rest = members[block]; rest != 0; rest &= rest - 1) {
      const std::size_t n = first + static_cast<std::size_t>(std::countr_zero(rest));
      least[block] = std::min(least[block], whole[n] - used[n]);
    }
  });
  stale.clear();
}

std::span<const std::int64_t> least_room::of(resource_id r, const cluster& nodes) const {
  followed& f = resources_[r];
  f.catch_up(nodes, nodes.allocatable(r), nodes.requested(r));
  return f.least;
}

std::span<const std::int64_t> least_room::of_pods(const cluster& nodes) const {
  pods_.catch_up(nodes, nodes.allowed_pods(), nodes.pod_count());
  return pods_.least;
}

}  // namespace berth::scoring
