#include "scoring/explain/spread_shortfalls.hpp"

#include <fmt/format.h>

namespace berth::scoring {

shortfall missing_topology(const k8s::topology_spread_constraint& c) {
  return {fmt::format("spreads by {}, a label that is missing", c.topology_key)};
}

shortfall unbalanced(const k8s::topology_spread_constraint& c, const crowded_domain& d) {
  std::string rule = fmt::format("the least is {}, maxSkew {}", d.least, c.max_skew);
  if (d.domains < static_cast<std::size_t>(c.min_domains))
    rule += fmt::format(" (0 counts as the least, for minDomains is {} and there are {})", c.min_domains, d.domains);
  if (c.topology_key == "kubernetes.io/hostname")
    return {fmt::format("spreads by {}: {}", c.topology_key, rule), fmt::format("{} placed", d.pods)};
  return {fmt::format("{} {} has {}, {}", c.topology_key, d.value.empty() ? "\"\"" : d.value, d.pods, rule)};
}

}  // namespace berth::scoring
