#include "k8s/text/spare_room.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

using namespace berth;

TEST_CASE("spare room: a table that held far more gives its buckets back, and keeps what is in it") {
  std::unordered_map<int, std::string> table;
  for (int i = 0; i < 10'000; ++i) table.emplace(i, std::to_string(i));
  const std::string& kept = table.at(7);
  for (int i = 10; i < 10'000; ++i) {
    table.erase(i);
    k8s::shrink_table(table);
    REQUIRE(table.bucket_count() <= std::max<std::size_t>(16 * table.size() + 16, 2 * k8s::little_room));
  }
  CHECK(table.size() == 10);
  CHECK(&kept == &table.at(7));
  CHECK(kept == "7");
}

TEST_CASE("spare room: a list that held far more gives its places back") {
  std::vector<int> list(10'000, 1);
  while (list.size() > 3) {
    list.pop_back();
    k8s::shrink_list(list);
    REQUIRE(list.capacity() <= std::max<std::size_t>(8 * list.size() + 8, k8s::little_room));
  }
  CHECK(list == std::vector<int>{1, 1, 1});
}

TEST_CASE("spare room: what is in use, or small, is left alone") {
  CHECK_FALSE(k8s::has_spare_room(0, 64));
  CHECK_FALSE(k8s::has_spare_room(125, 1000));
  CHECK(k8s::has_spare_room(124, 1000));
  CHECK(k8s::has_spare_room(0, 65));
}
