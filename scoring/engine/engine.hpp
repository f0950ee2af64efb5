#pragma once

#include "scoring/engine/class_cache.hpp"
#include "scoring/engine/extender_opinion.hpp"
#include "scoring/engine/lineup.hpp"
#include "scoring/engine/node_window.hpp"
#include "scoring/engine/pre_filter.hpp"
#include "scoring/engine/profile.hpp"
#include "scoring/engine/score_report.hpp"

#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

/// One decision: PreFilter, Filter, PostFilter, PreScore, Score and the choice, asking as little of the plugins as is
/// exact.
///
/// Filter and Score of plugins that read only nodes are kept by class of pod (class_cache) and brought up to date for
/// the nodes that changed; the others are asked in each cycle. The outcome is what scan.hpp would find. Where PreFilter
/// names the nodes (a DaemonSet's pods) there is little to look at, and nothing is kept.
///
/// Belongs to one profile; used with one cluster, on its strand. Upstream: schedulePod and findNodesThatFitPod.
namespace berth::scoring {

class engine {
 public:
  /// `percentage` is percentageOfNodesToScore: unset means all nodes, 0 the adaptive rule. The lineup outlives this.
  engine(const lineup& plugins, std::optional<std::int32_t> percentage);

  decision schedule(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::mt19937_64& random,
                    const extender_opinion* opinion = nullptr);
  shortlist find_candidates(const pod_info& pod, const cluster& nodes, cycle_state& cycle, bool nominated_first);

 private:
  /// Of Filter.
  struct outcome {
    node_set feasible;
    std::size_t evaluated = 0;
    pod_class* kept = nullptr;           ///< nullptr: nothing is kept for this pod
    std::vector<refusal_id> refused_by;  ///< by filters that were asked in this cycle
    refusals table;
  };
  /// PreFilter, Filter and, where no node is left, PostFilter. Else `finish(outcome&)` says what is made of them; where
  /// the nominated node fits and goes first, `nominate(name)`.
  template <class Result, class Nominate, class Finish>
  Result judge(const pod_info& pod, const cluster& nodes, cycle_state& cycle, const extender_opinion* opinion,
               bool nominated_first, Nominate nominate, Finish finish);
  template <class Result, class Finish>
  Result filter_and(const pod_info& pod, const cluster& nodes, cycle_state& cycle, const pre_filter_outcome& first,
                    const extender_opinion* opinion, outcome& out, Finish finish);
  std::string filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle, const pre_filter_outcome& first,
                     outcome& out);
  std::string filter_from_nothing(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                  const pre_filter_outcome& first, outcome& out) const;
  std::string filter_as_kept(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                             const pre_filter_outcome& first, outcome& out);
  void sample(const cluster& nodes, std::size_t wanted, outcome& out);
  decision choose(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::mt19937_64& random,
                  const extender_opinion* opinion, outcome& out);
  std::string add_asked_scores(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                               const std::vector<bool>& to_ask, std::span<const node_id> list,
                               std::span<std::int64_t> totals, score_report& report);
  diagnosis explain(const cluster& nodes, const pre_filter_outcome& first, const outcome& out) const;
  /// Where it does not, `first` is told why.
  bool fits_nominated(const pod_info& pod, node_id n, const cluster& nodes, cycle_state& cycle,
                      pre_filter_outcome& first) const;

  const lineup& plugins_;
  std::vector<filter_run> runs_;
  std::vector<kept_score> kept_;
  std::optional<std::int32_t> percentage_;
  class_cache classes_;
  node_window window_;  ///< where percentageOfNodesToScore is set

  // Scratch, so that no decision has to allocate what the last one had.
  changed_nodes changed_;
  filter_answers::scratch filtering_;
  score_answers::scratch scoring_;
  node_set listed_;  ///< what `list_` lists: decisions tend to be about the same nodes
  std::vector<node_id> list_;
  std::vector<std::int64_t> totals_;  ///< of `list_`, whole blocks
  std::vector<std::int64_t> scores_;  ///< of one plugin
};

}  // namespace berth::scoring
