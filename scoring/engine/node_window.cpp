#include "scoring/engine/node_window.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace berth::scoring {

namespace {

std::string label_of(const k8s::node& n, std::string_view old_key, std::string_view key) {
  const std::string* value = n.labels.find(old_key);
  if (value == nullptr) value = n.labels.find(key);
  return value == nullptr ? std::string() : *value;
}

// Region and zone. Upstream: GetZoneKey of component-helpers/node/topology.
std::pair<std::string, std::string> zone_of(const k8s::node& n) {
  return {label_of(n, "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
          label_of(n, "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone")};
}

}  // namespace

std::size_t node_window::wanted(std::int32_t percentage, std::size_t nodes) {
  constexpr std::size_t least = 100;
  constexpr std::size_t least_percent = 5;
  if (nodes < least) return nodes;
  std::size_t percent = static_cast<std::size_t>(percentage);
  if (percentage == 0) percent = std::max(least_percent, nodes / 125 < 50 ? 50 - nodes / 125 : 0);
  return std::max(least, nodes * percent / 100);
}

std::size_t node_window::cut(const cluster& nodes, std::size_t wanted, node_set& feasible) {
  if (generation_ != nodes.node_generation() || order_.size() != nodes.node_count()) {
    order_ = zones_in_turn(nodes);
    generation_ = nodes.node_generation();
  }
  if (order_.empty()) return 0;
  node_set left(feasible.universe());
  std::size_t found = 0, looked_at = 0;
  std::size_t at = next_ % order_.size();
  for (; found < wanted && looked_at < order_.size(); at = (at + 1) % order_.size(), ++looked_at) {
    if (!feasible.contains(order_[at])) continue;
    left.insert(order_[at]);
    ++found;
  }
  next_ = at;
  feasible = std::move(left);
  return looked_at;
}

std::vector<node_id> zones_in_turn(const cluster& nodes) {
  std::map<std::pair<std::string, std::string>, std::size_t> numbers;
  std::vector<std::vector<node_id>> zones;
  nodes.nodes().for_each([&](node_id n) {
    const auto [zone, is_new] = numbers.try_emplace(zone_of(nodes.node(n)), zones.size());
    if (is_new) zones.emplace_back();
    zones[zone->second].push_back(n);
  });
  std::vector<node_id> out;
  for (std::size_t turn = 0; out.size() < nodes.node_count(); ++turn)
    for (const std::vector<node_id>& zone : zones)
      if (turn < zone.size()) out.push_back(zone[turn]);
  return out;
}

}  // namespace berth::scoring
