#include "scoring/explain/shortfalls.hpp"
#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

shortfall of(std::string resource, std::int64_t needs, std::int64_t has, std::int64_t of_all) {
  return {std::move(resource), "", needs, has, of_all};
}

struct world {
  explicit world(int count) {
    for (int i = 1; i <= count; ++i)
      ids.push_back(nodes.set_node(make_node("n" + std::to_string(i)).allocatable("example.com/card", "2")));
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> out;
    for (const shortfall_summary& s : sums.list().told) out.push_back(s.text);
    return out;
  }

  live_cluster nodes;
  std::vector<node_id> ids;
  shortfall_sums sums{nodes};
};

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("shortfalls: an amount is told once, with the node that has the most") {
  world w(5);
  for (int i = 0; i < 5; ++i)
    w.sums.add("Fit", w.ids[static_cast<std::size_t>(i)], of("cpu", 4000, i == 3 ? 3250 : 100, 4000));
  CHECK(w.texts() == texts{"needs 4 cpu, most free is 3250m on n4 (5 nodes)"});
  const shortfall_summary s = w.sums.list().told[0];
  CHECK(s.plugin == "Fit");
  CHECK(s.resource == "cpu");
  CHECK(s.needs == "4");
  CHECK(s.has == "3250m");
  CHECK(s.node == "n4");
  CHECK(s.nodes == 5);
}

TEST_CASE("shortfalls: of equal nodes the first is named, few are all named, and one is not named twice") {
  world w(3);
  w.sums.add("Fit", w.ids[0], of("memory", 1 << 30, 1 << 20, 1 << 30));
  CHECK(w.texts() == texts{"needs 1Gi memory, most free is 1Mi on n1"});
  w.sums.add("Fit", w.ids[2], of("memory", 1 << 30, 1 << 20, 1 << 30));
  CHECK(w.texts() == texts{"needs 1Gi memory, most free is 1Mi on n1 (n1, n3)"});
}

TEST_CASE("shortfalls: where every node is too small even if empty, waiting does not help, and it is said") {
  world w(2);
  w.sums.add("Fit", w.ids[0], of("cpu", 64000, 1000, 16000));
  w.sums.add("Fit", w.ids[1], of("cpu", 64000, 500, 32000));
  CHECK(w.texts() == texts{"needs 64 cpu, most free is 1 on n1, and none is larger than 32 (n1, n2)"});
}

TEST_CASE("shortfalls: a resource that no node has, or none of these") {
  world w(4);
  w.sums.add("Fit", w.ids[0], of("nvidia.com/gpu", 2, 0, 0));
  w.sums.add("Fit", w.ids[1], of("example.com/card", 1, 0, 0));
  CHECK(w.texts() == texts{"needs 2 nvidia.com/gpu: no node has nvidia.com/gpu (n1)",
                           "needs 1 example.com/card, these nodes have none (n2)"});
}

TEST_CASE("shortfalls: sentences are counted, with one node's example") {
  world w(6);
  for (std::size_t i = 0; i < 5; ++i) w.sums.add("TaintToleration", w.ids[i], {"a=b:NoSchedule is not tolerated"});
  w.sums.add("NodeAffinity", w.ids[5], {"wants disktype=ssd", "disktype=hdd"});
  w.sums.add("TaintToleration", w.ids[0], {"c:NoExecute is not tolerated"});
  CHECK(w.texts() == texts{"a=b:NoSchedule is not tolerated (5 nodes)", "wants disktype=ssd: disktype=hdd on n6",
                           "c:NoExecute is not tolerated (n1)"});
}

TEST_CASE("shortfalls: the same words of two plugins are two things") {
  world w(1);
  w.sums.add("A", w.ids[0], of("cpu", 2000, 1000, 4000));
  shortfall reserved = of("cpu", 2000, 500, 4000);
  reserved.room = "left by reservations";
  w.sums.add("B", w.ids[0], reserved);
  CHECK(w.texts() ==
        texts{"needs 2 cpu, most free is 1 on n1", "needs 2 cpu, most left by reservations is 500m on n1"});
}

TEST_CASE("shortfalls: however many things a file can name, the list is short, and counts the rest") {
  world w(1);
  for (int i = 0; i < 1000; ++i) w.sums.add("A", w.ids[0], {"lacks " + std::to_string(i)});
  CHECK(w.sums.list().told.size() == shortfall_sums::most_told);
  CHECK(w.sums.list().untold == 1000 - shortfall_sums::most_told);
  w.sums.add("A", w.ids[0], {"lacks 999"});
  CHECK(w.sums.list().untold == 1000 - shortfall_sums::most_told);
}
