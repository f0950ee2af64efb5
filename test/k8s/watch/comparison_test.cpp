#include "k8s/watch/comparison.hpp"

#include "test/k8s/watch/node_shelf.hpp"

#include <doctest/doctest.h>

/// A store of nodes that is held against the server's, without either.
using namespace berth::k8s;
using berth::test::node_shelf;

namespace {

struct fixture {
  void page(std::vector<node_ptr> items, const std::string& version = "10", const std::string& more = "") {
    list_head head;
    head.resource_version = version;
    head.continue_token = more;
    now.page(items, head);
  }
  std::vector<std::string> unchanged() const {
    std::vector<std::string> names;
    for (const auto& s : now.unchanged()) names.push_back(s.key.name);
    return names;
  }
  node_shelf store;
  comparison<node> now{store};
};

using names = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(fixture, "comparison: where both are alike nothing is suspected") {
  store.put(node_shelf::make("a", "5"));
  store.put(node_shelf::make("b", "6"));
  page({node_shelf::make("a", "5"), node_shelf::make("b", "9")});  // a heartbeat, which the store keeps nothing of
  CHECK_FALSE(now.has_suspects());
}

TEST_CASE_FIXTURE(fixture, "comparison: what is missing, another, or gone is found, unless the store hears of it") {
  store.put(node_shelf::make("changed", "5"));
  store.put(node_shelf::make("gone", "6"));
  store.put(node_shelf::make("late", "7"));
  page({node_shelf::make("changed", "8", true), node_shelf::make("late", "9", true), node_shelf::make("missing", "3")});
  CHECK(unchanged() == names{"changed", "late", "missing", "gone"});
  store.put(node_shelf::make("late", "9", true));
  CHECK(unchanged() == names{"changed", "missing", "gone"});
}

TEST_CASE_FIXTURE(fixture, "comparison: what the server says when it is asked decides") {
  store.put(node_shelf::make("changed", "5"));
  store.put(node_shelf::make("gone", "6"));
  page({node_shelf::make("changed", "8", true), node_shelf::make("missing", "3")});
  const auto suspects = now.unchanged();
  REQUIRE(suspects.size() == 3);
  const auto &changed = suspects[0], &missing = suspects[1], &gone = suspects[2];
  CHECK(now.missed(changed, node_shelf::make("changed", "8", true)));
  CHECK_FALSE(now.missed(changed, node_shelf::make("changed", "9")));  // changed back
  CHECK(now.missed(missing, node_shelf::make("missing", "3")));
  CHECK_FALSE(now.missed(missing, nullptr));  // it came and went
  CHECK(now.missed(gone, nullptr));
  CHECK_FALSE(now.missed(gone, node_shelf::make("gone", "6")));
  store.put(node_shelf::make("gone", "11"));
  CHECK_FALSE(now.missed(gone, nullptr));
}

TEST_CASE_FIXTURE(fixture, "comparison: what the store has seen since the page was made is not suspected") {
  store.put(node_shelf::make("a", "12"));
  store.put(node_shelf::make("new", "13"));
  page({node_shelf::make("a", "8", true)}, "10");
  CHECK_FALSE(now.has_suspects());
}

TEST_CASE_FIXTURE(fixture,
                  "comparison: what the server has at an older version than a page should have is of another history") {
  store.put(node_shelf::make("a", "8"));
  store.put(node_shelf::make("b", "12"));
  page({node_shelf::make("a", "8"), node_shelf::make("b", "9")}, "10");
  CHECK_FALSE(now.another_history());
  store.put(node_shelf::make("c", "9"));
  page({node_shelf::make("c", "7", true)}, "10");
  CHECK(now.another_history() == object_key{"", "c"});
  CHECK(unchanged() == names{"c"});  // also where an older state is all there is to be seen
}

TEST_CASE_FIXTURE(fixture, "comparison: each page speaks of its own range of names") {
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) store.put(node_shelf::make(name, "1"));
  page({node_shelf::make("b", "1")}, "10", "more");
  CHECK(unchanged() == names{"a"});
  page({node_shelf::make("c", "1"), node_shelf::make("d", "1")}, "10", "more");
  CHECK(unchanged() == names{"a"});
  page({}, "10", "");
  CHECK(unchanged() == names{"a", "e", "f"});
}

TEST_CASE_FIXTURE(fixture, "comparison: of a page that is in no order nothing is said to be gone") {
  for (const char* name : {"a", "b", "c"}) store.put(node_shelf::make(name, "1"));
  page({node_shelf::make("c", "1"), node_shelf::make("a", "1")});
  CHECK_FALSE(now.has_suspects());
}

TEST_CASE("comparison: lists are in the order of namespace/name, byte by byte") {
  const object_key keys[] = {{"", "a"}, {"a-b", "z"}, {"a", "x"}, {"a", "y"}, {"a0", "a"}, {"b", "a"}};
  for (std::size_t i = 0; i < std::size(keys); ++i)
    for (std::size_t j = 0; j < std::size(keys); ++j) {
      CAPTURE(keys[i].text());
      CAPTURE(keys[j].text());
      CHECK(listed_before(keys[i], keys[j]) == (i < j));
    }
}
