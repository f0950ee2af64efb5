#include "scoring/plugins/fit_strategy.hpp"

#include "scoring/column.hpp"
#include "scoring/plugins/load_math.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace berth::scoring {

namespace {

constexpr std::int64_t max_configured_score = 10;

std::int64_t least(std::int64_t requested, std::int64_t capacity) {
  return requested > capacity ? 0 : (capacity - requested) * max_node_score / capacity;
}

std::int64_t most(std::int64_t requested, std::int64_t capacity) {
  return (requested > capacity ? capacity : requested) * max_node_score / capacity;
}

// False where a score does not fit in.
bool store(std::int64_t score, std::uint8_t& to) {
  to = static_cast<std::uint8_t>(score);
  return score >= 0 && score <= max_node_score;
}
bool store(std::int64_t score, std::int64_t& to) {
  to = score;
  return true;
}

template <class Score, class OfResource>
bool average(const std::vector<considered_resource>& resources, std::span<const node_id> nodes, std::span<Score> scores,
             OfResource&& of) {
  bool stored = true;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const node_id n = nodes[i];
    std::int64_t sum = 0, weights = 0;
    for (const considered_resource& r : resources) {
      const std::int64_t capacity = r.allocatable[n];
      if (capacity == 0) continue;
      sum += of(r.requested[n] + r.of_pod, capacity) * r.weight;
      weights += r.weight;
    }
    stored &= store(weights == 0 ? 0 : sum / weights, scores[i]);
  }
  return stored;
}

constexpr std::int64_t most_weights = std::int64_t{1} << 24;  // of all resources: their sums stay within 32 bits

bool good_for_block(const std::vector<considered_resource>& resources, std::span<const node_id> nodes) {
  std::int64_t weights = 0;
  for (const considered_resource& r : resources) {
    if (!r.in_doubles(nodes)) return false;
    weights += r.weight;  // each is at most 100
  }
  return nodes.size() >= row_block::least && weights > 0 && weights < most_weights;
}

// The same a block of nodes at a time.
void average_block(share_of what, const std::vector<considered_resource>& resources, std::span<const node_id> nodes,
                   std::span<std::uint8_t> scores, row_block& block) {
  std::array<std::int32_t, row_block::size> all_sums{};
  const std::span<std::int32_t> sums = std::span(all_sums).first(nodes.size());
  std::int64_t weights = 0;
  for (const considered_resource& r : resources) {
    add_shares(what, r.load_on(nodes, block, 0), static_cast<std::int32_t>(r.weight), sums);
    weights += r.weight;
  }
  divide(sums, static_cast<std::int32_t>(weights), scores);
}

template <class OfResource>
bool average_all(share_of what, const std::vector<considered_resource>& resources, std::span<const node_id> nodes,
                 std::span<std::uint8_t> scores, OfResource&& of) {
  static thread_local row_block block;
  bool stored = true;
  for (std::size_t at = 0; at < nodes.size(); at += block.size) {
    const std::size_t count = std::min(block.size, nodes.size() - at);
    const auto some = nodes.subspan(at, count);
    const auto theirs = scores.subspan(at, count);
    if (good_for_block(resources, some))
      average_block(what, resources, some, theirs, block);
    else
      stored &= average(resources, some, theirs, of);
  }
  return stored;
}

template <class OfResource>
bool average_all(share_of, const std::vector<considered_resource>& resources, std::span<const node_id> nodes,
                 std::span<std::int64_t> scores, OfResource&& of) {
  return average(resources, nodes, scores, of);
}

// Unlike the other two it rounds, and leaves out resources whose score is 0.
template <class Score>
bool ratio(const std::vector<shape_point>& shape, const std::vector<considered_resource>& resources,
           std::span<const node_id> nodes, std::span<Score> scores) {
  bool stored = true;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const node_id n = nodes[i];
    std::int64_t sum = 0, weights = 0;
    for (const considered_resource& r : resources) {
      const std::int64_t capacity = r.allocatable[n];
      if (capacity == 0) continue;
      const std::int64_t requested = r.requested[n] + r.of_pod;
      const std::int64_t score = score_along(shape, requested > capacity ? 100 : requested * 100 / capacity);
      if (score <= 0) continue;
      sum += score * r.weight;
      weights += r.weight;
    }
    const double mean = weights == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(weights);
    stored &= store(static_cast<std::int64_t>(std::round(mean)), scores[i]);
  }
  return stored;
}

template <class Score>
bool score_nodes(const fit_strategy& strategy, const std::vector<considered_resource>& resources,
                 std::span<const node_id> nodes, std::span<Score> scores) {
  switch (strategy.what) {
    case fit_strategy::kind::least_allocated:
      return average_all(share_of::free, resources, nodes, scores, least);
    case fit_strategy::kind::most_allocated:
      return average_all(share_of::used, resources, nodes, scores, most);
    case fit_strategy::kind::requested_to_capacity_ratio:
      return ratio(strategy.shape, resources, nodes, scores);
  }
  return false;
}

}  // namespace

// Linear between the points, flat outside them.
std::int64_t score_along(const std::vector<shape_point>& shape, std::int64_t utilization) {
  if (utilization <= shape.front().utilization) return shape.front().score;
  for (std::size_t i = 1; i < shape.size(); ++i) {
    const shape_point& a = shape[i - 1];
    const shape_point& b = shape[i];
    if (utilization <= b.utilization)
      return a.score + (b.score - a.score) * (utilization - a.utilization) / (b.utilization - a.utilization);
  }
  return shape.back().score;
}

std::vector<shape_point> read_shape(arguments& args, std::string_view field) {
  std::vector<shape_point> shape;
  for (arguments& one : args.list(field)) {
    shape_point p{};
    p.utilization = one.integer_or("utilization", 0, 0, 100);
    p.score = one.integer_or("score", 0, 0, max_configured_score) * (max_node_score / max_configured_score);
    if (!shape.empty() && shape.back().utilization >= p.utilization)
      one.fail("utilization", "values must be sorted in increasing order");
    one.finish();
    shape.push_back(p);
  }
  return shape;
}

fit_strategy read_fit_strategy(arguments& args) {
  fit_strategy s;
  std::optional<arguments> given = args.map("scoringStrategy");
  if (!given) return s;
  if (!given->has("type")) given->fail("type", "is required");
  const std::string type =
      given->choice_or("type", "", {"LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"});
  s.resources = read_resources(*given, "resources", 100);
  std::optional<arguments> by_ratio = given->map("requestedToCapacityRatio");
  if (type == "MostAllocated") s.what = fit_strategy::kind::most_allocated;
  if (type == "RequestedToCapacityRatio") {
    s.what = fit_strategy::kind::requested_to_capacity_ratio;
    if (!by_ratio) given->fail("requestedToCapacityRatio", "must be specified when type is RequestedToCapacityRatio");
    s.shape = read_shape(*by_ratio, "shape");
    if (s.shape.empty()) by_ratio->fail("shape", "at least one point must be specified");
    by_ratio->finish();
  } else if (by_ratio) {
    given->fail("requestedToCapacityRatio", "must not be specified when type is not RequestedToCapacityRatio");
  }
  given->finish();
  return s;
}

bool score_fit(const fit_strategy& strategy, const std::vector<considered_resource>& resources,
               std::span<const node_id> nodes, std::span<std::uint8_t> scores) {
  return score_nodes(strategy, resources, nodes, scores);
}

void score_fit(const fit_strategy& strategy, const std::vector<considered_resource>& resources,
               std::span<const node_id> nodes, std::span<std::int64_t> scores) {
  score_nodes(strategy, resources, nodes, scores);
}

}  // namespace berth::scoring
