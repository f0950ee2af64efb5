#include "scoring/plugins/toleration_set.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace berth;
using namespace berth::scoring;

TEST_CASE("toleration_set: what is looked up is what comparing one by one says") {
  std::mt19937 random(11);
  const auto some = [&](std::size_t below) { return random() % below; };
  const char* const words[] = {"", "a", "b", "c"};
  int tolerated = 0;
  for (int round = 0; round < 5000; ++round) {
    std::vector<k8s::toleration> list;
    for (std::size_t n = some(6); n > 0; --n)
      list.push_back({words[some(4)], static_cast<k8s::toleration_operator>(some(3)), words[some(4)],
                      static_cast<k8s::taint_effect>(some(5))});
    const k8s::taint taint{words[some(4)], words[some(4)], static_cast<k8s::taint_effect>(some(5))};
    const bool expected = k8s::tolerates(list, taint);
    REQUIRE(toleration_set(list).tolerates_by_index(taint) == expected);
    tolerated += expected ? 1 : 0;
  }
  CHECK(tolerated > 500);  // both answers were met
  CHECK(tolerated < 4500);
}

TEST_CASE("toleration_set: tens of thousands of tolerations against as many taints") {
  std::vector<k8s::toleration> list;
  std::vector<k8s::taint> taints;
  for (int i = 0; i < 40'000; ++i) {
    const std::string key = "k" + std::to_string(i);
    list.push_back({key, k8s::toleration_operator::exists, "", k8s::taint_effect::any});
    taints.push_back({key, "", i % 2 == 0 ? k8s::taint_effect::no_schedule : k8s::taint_effect::prefer_no_schedule});
  }
  CHECK_FALSE(toleration_set(list).refuses(taints));
  CHECK(toleration_set(list).soft_count(taints) == 0);
  taints.push_back({"one more", "", k8s::taint_effect::prefer_no_schedule});
  CHECK(toleration_set(list).soft_count(taints) == 1);
  taints.push_back({"and one more", "", k8s::taint_effect::no_execute});
  CHECK(toleration_set(list).refuses(taints));
}
