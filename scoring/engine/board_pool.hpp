#pragma once

#include "scoring/engine/score_board.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <utility>
#include <vector>

/// The score boards of the classes that were used last. A board is most of what a class costs in memory and is quickly
/// made up again from the answers; so there are few, and a class without one takes over, memory and all, the board of
/// the class that has not used its own for longest.
///
/// Part of class_cache.
namespace berth::scoring {

class board_pool {
 public:
  /// 2 MiB, and 256 bytes for each node: some 70 boards at 5,000 nodes.
  static constexpr std::size_t budget = std::size_t{2} << 20;
  static constexpr std::size_t budget_per_node = 256;

  /// A class's hold on a board. Stays where it is while it has one, and is given back before it ends.
  class lease {
   public:
    bool held() const noexcept { return held_; }

   private:
    friend class board_pool;
    struct entry;
    std::list<entry>::iterator at_;
    bool held_ = false;
  };

  /// `kept` outlives this.
  explicit board_pool(const std::vector<kept_score>& kept);
  ~board_pool();

  /// The holder's board, and whether it is new to it: then it is to be made up from its answers. Good until another
  /// lease asks.
  std::pair<score_board&, bool> of(lease& holder, const std::vector<std::shared_ptr<score_answers>>& answers,
                                   std::size_t universe);
  void give_back(lease& holder);

 private:
  using entry = lease::entry;

  const std::vector<kept_score>& kept_;
  std::list<entry> boards_;  ///< most recently used first; those without a holder last
};

struct board_pool::lease::entry {
  score_board board;
  lease* holder;
};

}  // namespace berth::scoring
