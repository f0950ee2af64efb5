#include "scoring/plugins/fit_strategy.hpp"

#include "scoring/column.hpp"
#include "scoring/column_math.hpp"

#include <algorithm>
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

template <class OfResource>
void average(const std::vector<considered_resource>& resources, std::span<const node_id> nodes,
             std::span<std::int64_t> scores, OfResource&& of) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const node_id n = nodes[i];
    std::int64_t sum = 0, weights = 0;
    for (const considered_resource& r : resources) {
      const std::int64_t capacity = r.allocatable[n];
      if (capacity == 0) continue;
      sum += of(r.requested[n] + r.of_pod, capacity) * r.weight;
      weights += r.weight;
    }
    scores[i] = weights == 0 ? 0 : sum / weights;
  }
}

// The same a block of nodes at a time; false, and the scores are anything, where some row is not for that.
bool average_block(share_of what, const std::vector<considered_resource>& resources, std::span<const node_id> nodes,
                   std::span<std::int64_t> scores, row_block& block) {
  std::fill(scores.begin(), scores.end(), 0);
  std::int64_t weights = 0;
  for (const considered_resource& r : resources) {
    const auto used = block.rows(0, r.requested, nodes);
    const auto whole = block.rows(1, r.allocatable, nodes);
    const divisors by{whole, block.inverses(r.inverses, nodes, whole)};
    if (!add_shares(what, used, r.of_pod, by, r.weight, scores)) return false;
    weights += r.weight;
  }
  if (weights != 0) divide(scores, weights);
  return true;
}

template <class OfResource>
void average_all(share_of what, const std::vector<considered_resource>& resources, std::span<const node_id> nodes,
                 std::span<std::int64_t> scores, OfResource&& of) {
  static thread_local row_block block;
  for (std::size_t at = 0; at < nodes.size(); at += block.size) {
    const std::size_t count = std::min(block.size, nodes.size() - at);
    const auto some = nodes.subspan(at, count);
    const auto theirs = scores.subspan(at, count);
    if (count < row_block::least || !average_block(what, resources, some, theirs, block))
      average(resources, some, theirs, of);
  }
}

// Unlike the other two it rounds, and leaves out resources whose score is 0.
void ratio(const std::vector<shape_point>& shape, const std::vector<considered_resource>& resources,
           std::span<const node_id> nodes, std::span<std::int64_t> scores) {
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
    scores[i] = weights == 0
                    ? 0
                    : static_cast<std::int64_t>(std::round(static_cast<double>(sum) / static_cast<double>(weights)));
  }
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

void score_fit(const fit_strategy& strategy, const std::vector<considered_resource>& resources,
               std::span<const node_id> nodes, std::span<std::int64_t> scores) {
  switch (strategy.what) {
    case fit_strategy::kind::least_allocated:
      return average_all(share_of::free, resources, nodes, scores, least);
    case fit_strategy::kind::most_allocated:
      return average_all(share_of::used, resources, nodes, scores, most);
    case fit_strategy::kind::requested_to_capacity_ratio:
      return ratio(strategy.shape, resources, nodes, scores);
  }
}

}  // namespace berth::scoring
