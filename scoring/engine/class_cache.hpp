#pragma once

#include "scoring/engine/answer_table.hpp"
#include "scoring/engine/board_pool.hpp"
#include "scoring/engine/kept_filters.hpp"
#include "scoring/engine/recently_gone.hpp"
#include "scoring/engine/score_board.hpp"
#include "scoring/pod_info.hpp"

#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

/// Pods that agree in all that the kept plugins read are one class, and what those plugins together said of the nodes
/// is kept with it.
///
/// A class is made of answers, one for each kept plugin, which it shares with all classes whose pods agree in what that
/// plugin reads: a class that differs in its requests from the others asks only those that read requests. Each class,
/// and each plugin's answers, catch up on their own, when their next pod comes.
///
/// Most pods that are alike come again, and a pod that is like no other never does. So of the classes that were asked
/// for once few are kept, and their memory is used again at once; those that recur have a budget of memory, beyond
/// which the least recently used are given up. (2Q: Johnson and Shasha, VLDB 1994.)
///
/// Belongs to one profile and one cluster, on its strand.
namespace berth::scoring {

struct pod_class {
  k8s::pod_ptr example;
  std::size_t hash = 0;
  bool recurs = false;                                 ///< was asked for more than once
  std::size_t bytes_of_pod = 0;                        ///< of the example, and what every class takes
  std::size_t bytes = 0;                               ///< about what it keeps in memory, its board left out
  std::vector<kept_filters> filters;                   ///< one for each kept run, in order
  std::vector<std::shared_ptr<score_answers>> scores;  ///< by position in the profile's kept scores
  board_pool::lease board;

  followed filtered;  ///< what is accounted for in `filters` ...
  followed scored;    ///< ... and in its board, which not every cycle gets to

  // Those of its answers that were made for it, and count as its memory.
  std::vector<const filter_answers*> own_filters;
  std::vector<const score_answers*> own_scores;
};

class class_cache {
 public:
  /// Of those that recur: 8 MiB, and a kilobyte for each node; some 900 classes at 5,000 nodes, whose scores are two
  /// bytes for each node.
  static constexpr std::size_t budget = std::size_t{8} << 20;
  static constexpr std::size_t budget_per_node = 1024;
  /// Of those that were asked for once: so many at most; of large pods fewer, by a budget that has a kilobyte for each
  /// node, too.
  static constexpr std::size_t most_new = 16;
  static constexpr std::size_t budget_of_new = std::size_t{4} << 20;

  /// What is given outlives this.
  class_cache(const lineup& plugins, const std::vector<filter_run>& runs, const std::vector<kept_score>& scores);

  /// The pod's class. Good until the next call.
  pod_class& find(const pod_info& pod, const cluster& nodes);
  /// The board of what `find` returned last, and whether it is to be made up anew. Good until the next call.
  std::pair<score_board&, bool> board(const cluster& nodes);
  /// Gives up what `find` returned last: a plugin broke in the middle.
  void drop_last();
  std::size_t size() const noexcept { return of_new_.classes.size() + of_recurring_.classes.size(); }

 private:
  struct group {
    std::list<pod_class> classes;  ///< most recently used first
    std::size_t bytes = 0;
  };
  pod_class make(const k8s::pod_ptr& pod);
  group& of(const pod_class& c) noexcept { return c.recurs ? of_recurring_ : of_new_; }
  void weigh(pod_class& c);
  void use(std::list<pod_class>::iterator c);
  void drop(group& of, std::list<pod_class>::iterator c);
  void keep_within(const cluster& nodes);

  const lineup& plugins_;
  const std::vector<filter_run>& runs_;
  const std::vector<kept_score>& kept_;
  std::uint32_t fields_ = 0;                                 ///< what any kept plugin reads of a pod
  std::vector<answer_table<filter_answers>> filter_tables_;  ///< by position in lineup.filter
  std::vector<answer_table<score_answers>> score_tables_;    ///< by position in `kept_`
  board_pool boards_;
  group of_new_;
  group of_recurring_;
  recently_gone gone_;
  std::list<pod_class>::iterator last_ = of_new_.classes.end();  ///< what `find` returned last
  std::unordered_multimap<std::size_t, std::list<pod_class>::iterator> by_hash_;
};

}  // namespace berth::scoring
