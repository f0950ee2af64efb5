#include "k8s/api/metadata.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

namespace {

std::vector<string_map::entry> entries_of(const string_map& map) { return {map.begin(), map.end()}; }

}  // namespace

TEST_CASE("string_map: is sorted by key, and the last of equal keys stays") {
  const string_map map{{"b", "1"}, {"a", "2"}, {"c", "3"}, {"a", "4"}, {"b", "5"}, {"a", "6"}};
  CHECK(entries_of(map) == std::vector<string_map::entry>{{"a", "6"}, {"b", "5"}, {"c", "3"}});
  CHECK(entries_of(string_map{{"a", "1"}, {"a", "2"}}) == std::vector<string_map::entry>{{"a", "2"}});
  CHECK(string_map{}.empty());
}

TEST_CASE("string_map: finds what is there and nothing else") {
  const string_map map{{"a", "1"}, {"c", "3"}};
  REQUIRE(map.find("a") != nullptr);
  CHECK(*map.find("a") == "1");
  CHECK(map.contains("c"));
  CHECK(map.find("b") == nullptr);
  CHECK(map.find("") == nullptr);
  CHECK(map.find("d") == nullptr);
}

TEST_CASE("string_map: set adds or replaces in place, erase removes") {
  string_map map;
  map.set("b", "1");
  map.set("a", "2");
  map.set("b", "3");
  CHECK(map == string_map{{"a", "2"}, {"b", "3"}});
  map.erase("a");
  map.erase("nothing");
  CHECK(map == string_map{{"b", "3"}});
}

TEST_CASE("object_key: is written as namespace/name, or the name alone") {
  CHECK(object_key{"shop", "web"}.text() == "shop/web");
  CHECK(object_key{"", "node-1"}.text() == "node-1");
  CHECK(object_key{"a", "z"} < object_key{"b", "a"});
}
