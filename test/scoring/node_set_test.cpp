#include "scoring/node_set.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace berth::scoring;

namespace {

node_set set_of(std::size_t universe, std::initializer_list<node_id> members) {
  node_set s(universe);
  for (const node_id n : members) s.insert(n);
  return s;
}

std::vector<node_id> listed(const node_set& s) {
  std::vector<node_id> out;
  s.list(out);
  return out;
}

}  // namespace

TEST_CASE("node_set: members come in ascending order, across words") {
  const node_set s = set_of(200, {199, 0, 64, 63, 128});
  CHECK(listed(s) == std::vector<node_id>{0, 63, 64, 128, 199});
  CHECK(s.count() == 5);
  CHECK(s.first() == 0);
  CHECK_FALSE(s.contains(1));
  CHECK_FALSE(s.contains(200));
  CHECK_FALSE(s.contains(no_node));
}

TEST_CASE("node_set: a full set has no members beyond its universe") {
  for (const std::size_t universe : {0u, 1u, 63u, 64u, 65u, 128u, 130u}) {
    const node_set s(universe, true);
    CHECK(s.count() == universe);
    CHECK(s.empty() == (universe == 0));
  }
}

TEST_CASE("node_set: shrinking drops members for good") {
  node_set s(130, true);
  s.resize(65);
  CHECK(s.count() == 65);
  s.resize(130);
  CHECK(s.count() == 65);
  CHECK(s == [] {
    node_set expected(130);
    for (node_id n = 0; n < 65; ++n) expected.insert(n);
    return expected;
  }());
}

TEST_CASE("node_set: union, intersection and difference") {
  const node_set a = set_of(100, {1, 2, 70});
  const node_set b = set_of(100, {2, 70, 99});
  node_set both = a;
  both &= b;
  CHECK(listed(both) == std::vector<node_id>{2, 70});
  node_set either = a;
  either |= b;
  CHECK(listed(either) == std::vector<node_id>{1, 2, 70, 99});
  node_set left = a;
  left -= b;
  CHECK(listed(left) == std::vector<node_id>{1});
}

TEST_CASE("node_set: the member at hand may be erased while iterating") {
  node_set s(130, true);
  std::size_t seen = 0;
  s.for_each([&](node_id n) {
    ++seen;
    if (n % 2 == 0) s.erase(n);
  });
  CHECK(seen == 130);
  CHECK(s.count() == 65);
}

TEST_CASE("node_set: an empty set has no first member") { CHECK(node_set(100).first() == no_node); }

TEST_CASE("node_set: listed in order, whole words and parts of words, with and without others") {
  node_set all(200, true);
  std::vector<node_id> list{7};
  all.list(list);
  CHECK(list == listed(all));
  CHECK(list.size() == 200);
  node_set some = set_of(200, {0, 63, 64, 130, 199});
  all.list_without(some, list);
  node_set rest = all;
  rest -= some;
  CHECK(list == listed(rest));
  some.list_without(all, list);
  CHECK(list.empty());
}
