#include "scoring/engine/board_pool.hpp"

#include <doctest/doctest.h>

#include <list>
#include <memory>
#include <vector>

using namespace berth::scoring;

/// Who has which board.
namespace {

constexpr std::size_t many_nodes = 100'000;

struct some_holders {
  // Whether the board was new to it.
  bool ask(board_pool::lease& holder) { return boards.of(holder, {}, many_nodes).second; }
  board_pool::lease& make() { return holders.emplace_back(); }
  // As many as there are boards: with the next the first loses its own.
  std::size_t fill() {
    board_pool::lease& first = make();
    ask(first);
    while (first.held()) ask(make());
    return holders.size() - 1;
  }

  std::vector<kept_score> kept;
  board_pool boards{kept};
  std::list<board_pool::lease> holders;
};

}  // namespace

TEST_CASE("board_pool: a holder keeps its board, until one that has none needs the one unused for longest") {
  some_holders h;
  const std::size_t most = h.fill();
  CHECK(most > 8);
  CHECK(most < 100);
  auto second = std::next(h.holders.begin());
  CHECK_FALSE(h.ask(*second));
  h.ask(h.make());
  CHECK(second->held());
  CHECK_FALSE(std::next(second)->held());
  CHECK(h.ask(h.holders.front()));
}

TEST_CASE("board_pool: a board that was given back is the next to be taken") {
  some_holders h;
  board_pool::lease &one = h.make(), &other = h.make();
  h.ask(one);
  score_board* const was_ones = &h.boards.of(one, {}, many_nodes).first;
  h.ask(other);
  h.boards.give_back(one);
  h.boards.give_back(one);  // twice is no harm
  CHECK_FALSE(one.held());
  board_pool::lease& third = h.make();
  const auto [board, is_new] = h.boards.of(third, {}, many_nodes);
  CHECK(is_new);
  CHECK(&board == was_ones);
  CHECK(other.held());
}
