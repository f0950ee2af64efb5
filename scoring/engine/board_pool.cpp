#include "scoring/engine/board_pool.hpp"

#include <algorithm>
#include <iterator>

namespace berth::scoring {

namespace {

std::size_t most_boards(std::size_t universe) {
  const std::size_t each = 1024 + score_board::bytes_per_node * universe;
  return std::max<std::size_t>(1, (board_pool::budget + board_pool::budget_per_node * universe) / each);
}

}  // namespace

board_pool::board_pool(const std::vector<kept_score>& kept) : kept_(kept) {}

board_pool::~board_pool() = default;

std::pair<score_board&, bool> board_pool::of(lease& holder, const std::vector<std::shared_ptr<score_answers>>& answers,
                                             std::size_t universe) {
  if (holder.held_) {
    boards_.splice(boards_.begin(), boards_, holder.at_);
    return {holder.at_->board, false};
  }
  const bool spare = !boards_.empty() && boards_.back().holder == nullptr;
  if (!spare && boards_.size() < most_boards(universe)) {
    boards_.push_front({score_board(kept_), &holder});
  } else {
    boards_.splice(boards_.begin(), boards_, std::prev(boards_.end()));
    if (lease* const before = boards_.front().holder) before->held_ = false;
    boards_.front().holder = &holder;
  }
  holder.at_ = boards_.begin();
  holder.held_ = true;
  boards_.front().board.serve(answers);
  return {boards_.front().board, true};
}

void board_pool::give_back(lease& holder) {
  if (!holder.held_) return;
  holder.held_ = false;
  holder.at_->holder = nullptr;
  holder.at_->board.serve({});
  boards_.splice(boards_.end(), boards_, holder.at_);
}

}  // namespace berth::scoring
