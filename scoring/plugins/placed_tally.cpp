#include "scoring/plugins/placed_tally.hpp"

namespace berth::scoring {

std::int64_t placed_tally::count(const cluster& nodes, std::string_view kind) {
  catch_up(nodes);
  const auto there = counts_.find(kind);
  return there == counts_.end() ? 0 : there->second;
}

void placed_tally::catch_up(const cluster& nodes) {
  const placement_log& log = nodes.placements();
  const bool known =
      of_.lock() == log.identity() &&
      log.for_each_since(position_, [&](const k8s::pod_spec& s, bool placed) { add(s, placed ? 1 : -1); });
  if (!known) {
    counts_.clear();
    nodes.for_each_placed([&](const pod_info& pod, std::string_view) { add(pod.spec(), 1); });
    of_ = log.identity();
  }
  position_ = log.position();
}

void placed_tally::add(const k8s::pod_spec& spec, std::int64_t by) {
  const std::optional<std::string_view> kind = kind_(spec);
  if (!kind) return;
  const auto there = counts_.try_emplace(std::string(*kind)).first;
  there->second += by;
  if (there->second == 0) counts_.erase(there);
}

}  // namespace berth::scoring
