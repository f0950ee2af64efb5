#pragma once

#include "scoring/cluster.hpp"
#include "scoring/column.hpp"
#include "scoring/engine/lineup.hpp"
#include "scoring/engine/pre_filter.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Filter and Score over all nodes, from nothing: each plugin asked in order, nothing kept. What `explain` shows, and
/// what the engine (engine.hpp) must agree with. Values of one cycle.
///
/// Upstream: findNodesThatPassFilters and RunFilterPlugins; RunPreScorePlugins, RunScorePlugins and normalizeScores in
/// framework/runtime, whose messages these are.
namespace berth::scoring {

struct filter_outcome {
  std::string error;                   ///< a plugin broke: the whole message; else ""
  std::vector<refusal_id> refused_by;  ///< by node number; the first that refuses a node owns it
  refusals table;
};

/// Every Filter that PreFilter did not skip, in order, over `alive`: what fits is left in it. Where pods are nominated
/// to a node, it has to fit beside them too, and that is tried first.
filter_outcome run_filters(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                           const pre_filter_outcome& before, node_set& alive);

/// One Filter plugin over a column: its message where it broke, else "".
std::string run_filter(const at_point<filter_plugin>& p, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                       node_set& alive, std::span<refusal_id> refused_by, refusals& table);

/// PreScore: by position in lineup.score, whether the plugin's Score is to be asked; or the message of one that broke.
struct pre_score_outcome {
  std::string error;
  std::vector<bool> scores;
};
pre_score_outcome run_pre_score(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                std::span<const node_id> feasible);

struct plugin_scores {
  std::string_view plugin;
  std::vector<std::int64_t> weighted;  ///< normalised, times the weight; by position in `feasible`
};

struct score_outcome {
  std::string error;
  std::vector<plugin_scores> by_plugin;  ///< those not skipped, in order
  std::vector<std::int64_t> totals;
};

score_outcome run_scores(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                         std::span<const node_id> feasible);

/// The messages of Score plugins that broke.
std::string score_failed(std::string_view plugin, const status& s);
std::string normalize_failed(std::string_view plugin, const status& s);
std::string score_out_of_range(std::string_view plugin, std::int64_t score);
constexpr bool in_range(std::int64_t score) noexcept { return score >= 0 && score <= max_node_score; }

/// The normalised scores of the plugin at a position of lineup.score, in place of its raw ones: the message where it
/// broke or left the range, else "".
std::string normalize(const lineup& plugins, std::size_t at, const pod_info& pod, const cluster& nodes,
                      cycle_state& cycle, std::span<const node_id> feasible, std::span<std::int64_t> scores);

}  // namespace berth::scoring
