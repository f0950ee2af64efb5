#pragma once

#include "scoring/engine/answer_table.hpp"
#include "scoring/engine/kept_filters.hpp"
#include "scoring/engine/score_board.hpp"
#include "scoring/pod_info.hpp"

#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

/// Pods that agree in all that the kept plugins read are one class, and what those plugins together said of the nodes is
/// kept with it.
///
/// A class is made of answers, one for each kept plugin, which it shares with all classes whose pods agree in what that
/// plugin reads: a class that differs in its requests from the others asks only those that read requests. Each class,
/// and each plugin's answers, catch up on their own, when their next pod comes. The least recently used classes are given
/// up beyond a budget of memory. Belongs to one profile and one cluster, on its strand.
namespace berth::scoring {

struct pod_class {
  k8s::pod_ptr example;
  std::size_t hash = 0;
  std::size_t bytes = 0;              ///< about what it keeps in memory
  std::vector<kept_filters> filters;  ///< one for each kept run, in order
  score_board scores;

  followed filtered;  ///< what is accounted for in `filters` ...
  followed scored;    ///< ... and in `scores`, which not every cycle gets to
};

class class_cache {
 public:
  /// 8 MiB, and a kilobyte for each node: some 170 classes at 5,000 nodes.
  static constexpr std::size_t budget = std::size_t{8} << 20;
  static constexpr std::size_t budget_per_node = 1024;

  /// What is given outlives this.
  class_cache(const lineup& plugins, const std::vector<filter_run>& runs, const std::vector<kept_score>& scores);

  /// The pod's class. Good until the next call.
  pod_class& find(const pod_info& pod, const cluster& nodes);
  /// Gives up what `find` returned last: a plugin broke in the middle.
  void drop_last();
  std::size_t size() const noexcept { return classes_.size(); }

 private:
  pod_class make(const k8s::pod_ptr& pod, std::size_t universe);

  const lineup& plugins_;
  const std::vector<filter_run>& runs_;
  const std::vector<kept_score>& kept_;
  std::uint32_t fields_ = 0;                                 ///< what any kept plugin reads of a pod
  std::vector<answer_table<filter_answers>> filter_tables_;  ///< by position in lineup.filter
  std::vector<answer_table<score_answers>> score_tables_;    ///< by position in `kept_`
  std::size_t bytes_ = 0;                                    ///< of all classes
  std::list<pod_class> classes_;                             ///< most recently used first
  std::unordered_multimap<std::size_t, std::list<pod_class>::iterator> by_hash_;
};

}  // namespace berth::scoring
