#include "scoring/plugins/load_columns.hpp"

#include "scoring/plugins/load_math.hpp"

namespace berth::scoring {

namespace {

std::span<const std::int64_t> used_column(resource_id r, amounts which, const cluster& nodes) {
  if (which == amounts::at_least_some && r == cpu) return nodes.non_zero_cpu();
  if (which == amounts::at_least_some && r == memory) return nodes.non_zero_memory();
  return nodes.requested(r);
}

}  // namespace

void load_columns::followed_rows::catch_up(const change_log& log, const cluster& nodes,
                                           const std::function<bool(node_id)>& fits) {
  odd.resize(nodes.universe());
  reader.catch_up(log, nodes, [&](node_id n) { !nodes.nodes().contains(n) || fits(n) ? odd.erase(n) : odd.insert(n); });
}

kept_load load_columns::of(resource_id r, amounts which, const cluster& nodes) const {
  capacity& c = capacities_[r];
  const std::span<const std::int64_t> whole = nodes.allocatable(r);
  c.whole.resize(nodes.universe());
  c.inverse.resize(nodes.universe());
  c.catch_up(nodes.node_changes(), nodes, [&](node_id n) {
    const bool fits = for_doubles(whole[n]) && whole[n] != 0;
    c.whole[n] = fits ? static_cast<double>(whole[n]) : 1;
    c.inverse[n] = 1 / c.whole[n];
    return fits;
  });

  in_use& u = in_use_[{r, which}];
  const std::span<const std::int64_t> used = used_column(r, which, nodes);
  u.rows.resize(nodes.universe());
  u.catch_up(nodes.changes(), nodes, [&](node_id n) {
    const bool fits = for_doubles(used[n]);
    u.rows[n] = fits ? static_cast<double>(used[n]) : 0;
    return fits;
  });
  return {u.rows, c.whole, c.inverse, &u.odd, &c.odd, !u.odd.empty() || !c.odd.empty()};
}

}  // namespace berth::scoring
