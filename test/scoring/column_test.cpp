#include "scoring/column.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace berth::scoring;

namespace {

struct nodes {
  explicit nodes(std::size_t count) : alive(count, true), refused_by(count) {}
  filter_column column(std::string_view plugin) { return {alive, refused_by, table, plugin}; }

  node_set alive;
  std::vector<refusal_id> refused_by;
  refusals table;
};

std::vector<std::int64_t> normalized(std::vector<std::int64_t> scores, bool reverse) {
  default_normalize(scores, reverse);
  return scores;
}

}  // namespace

TEST_CASE("refusals: equal statuses share a number, and the plugin counts") {
  refusals table;
  status s = status::refuse("no");
  const refusal_id first = table.intern(s);
  CHECK(first == 1);
  CHECK(table.intern(status::refuse("no")) == first);
  CHECK(table.intern(status::unresolvable("no")) != first);
  s.plugin = "A";
  CHECK(table.intern(s) != first);
}

TEST_CASE("refusals: many distinct ones are still found") {
  refusals table;
  std::vector<refusal_id> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(table.intern(status::refuse("reason " + std::to_string(i))));
  CHECK(table.size() == 101);
  for (int i = 0; i < 100; ++i)
    CHECK(table.intern(status::refuse("reason " + std::to_string(i))) == ids[static_cast<std::size_t>(i)]);
  CHECK(table.size() == 101);
  CHECK(table[ids[42]].message() == "reason 42");
}

TEST_CASE("filter_column: a refused node leaves the column with its plugin's name on the reason") {
  nodes n(3);
  filter_column c = n.column("A");
  c.refuse(1, status::refuse("no"));
  CHECK_FALSE(c.nodes().contains(1));
  CHECK(n.table[n.refused_by[1]].plugin == "A");
  CHECK(n.refused_by[0] == 0);
}

TEST_CASE("filter_column: sets are refused as far as they are still there") {
  nodes n(130);
  filter_column a = n.column("A");
  const refusal_id by_a = a.reason(status::refuse("a"));
  a.refuse(129, by_a);
  filter_column b = n.column("B");
  const refusal_id by_b = b.reason(status::refuse("b"));
  node_set these(130);
  these.insert(129);
  these.insert(64);
  b.refuse(these, by_b);
  CHECK(n.refused_by[129] == by_a);
  CHECK(n.refused_by[64] == by_b);
  CHECK(n.alive.count() == 128);

  node_set kept(130);
  kept.insert(5);
  kept.insert(129);
  b.keep_only(kept, by_b);
  CHECK(n.alive.count() == 1);
  CHECK(n.alive.contains(5));
  CHECK(n.refused_by[129] == by_a);
}

TEST_CASE("default_normalize: the largest becomes 100, the rest its share, cut off") {
  CHECK(normalized({0, 1, 2, 3}, false) == std::vector<std::int64_t>{0, 33, 66, 100});
  CHECK(normalized({0, 1, 2, 3}, true) == std::vector<std::int64_t>{100, 67, 34, 0});
}

TEST_CASE("default_normalize: nothing but zeros stays, or is as good as it gets when reversed") {
  CHECK(normalized({0, 0}, false) == std::vector<std::int64_t>{0, 0});
  CHECK(normalized({0, 0}, true) == std::vector<std::int64_t>{100, 100});
  CHECK(normalized({}, true).empty());
}

TEST_CASE("score_column: knows whether its nodes are neighbours") {
  std::vector<std::int64_t> scores(3);
  const std::vector<node_id> apart{3, 4, 6};
  const std::vector<node_id> together{3, 4, 5};
  CHECK_FALSE(score_column(apart, scores).contiguous());
  CHECK(score_column(together, scores).contiguous());
  CHECK_FALSE(score_column({}, {}).contiguous());
}
