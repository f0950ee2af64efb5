#include "scoring/index_part.hpp"

#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

using list = std::vector<std::string>;

// Writes down what it hears.
class diary : public index_part {
 public:
  void node_changed(node_id n, const k8s::node* before, const k8s::node& now) override {
    told.push_back((before == nullptr ? "new " : "changed ") + now.name);
    names_[n] = now.name;
  }
  void node_removed(node_id n, const k8s::node& last) override {
    told.push_back("removed " + last.name);
    names_.erase(n);
  }
  void pod_placed(node_id n, const pod_info& pod) override { told.push_back(names_.at(n) + "+" + pod.pod->key.name); }
  void pod_removed(node_id n, const pod_info& pod) override { told.push_back(names_.at(n) + "-" + pod.pod->key.name); }

  list told;

 private:
  std::map<node_id, std::string> names_;
};

// The pods of each node, by name, as news alone tell.
class members final : public index_part {
 public:
  void node_changed(node_id n, const k8s::node*, const k8s::node& now) override {
    by_node[now.name], names_[n] = now.name;
  }
  void node_removed(node_id, const k8s::node& last) override { by_node.erase(last.name); }
  void pod_placed(node_id n, const pod_info& pod) override { ++by_node.at(names_[n])[pod.pod->uid]; }
  void pod_removed(node_id n, const pod_info& pod) override {
    auto& there = by_node.at(names_[n]);
    if (--there.at(pod.pod->uid) == 0) there.erase(pod.pod->uid);
  }
  std::map<std::string, std::map<std::string, int>> by_node;

 private:
  std::map<node_id, std::string> names_;
};

std::map<std::string, std::map<std::string, int>> members_of(const cluster& c) {
  std::map<std::string, std::map<std::string, int>> out;
  c.nodes().for_each([&](node_id n) {
    auto& there = out[c.node(n).name];
    for (const pod_info& pod : c.pods_on(n)) ++there[pod.pod->uid];
  });
  return out;
}

struct breaks_on_pods final : index_part {
  void pod_placed(node_id, const pod_info&) override { throw std::runtime_error("boom"); }
};

}  // namespace

TEST_CASE("index part: hears of a node before its pods, and of the pods' leaving before the node's") {
  live_cluster c;
  const diary& d = c.part<diary>();
  c.place(c.intern(make_pod("early")), "n1");
  c.set_node(make_node("n1"));
  c.place(c.intern(make_pod("a")), "n1");
  c.set_node(make_node("n1").label("zone", "a"));
  c.place(c.intern(make_pod("a").cpu("2")), "n1");
  c.remove("default-early");
  c.remove_node("n1");
  CHECK(d.told == list{"new n1", "n1+early", "n1+a", "changed n1", "n1-a", "n1+a", "n1-early", "n1-a", "removed n1"});
}

TEST_CASE("index part: one that is asked for late is told first what there is already") {
  live_cluster c;
  c.set_node(make_node("n1"));
  c.place(c.intern(make_pod("a")), "n1");
  c.place(c.intern(make_pod("b")), "not known");
  CHECK(c.part<diary>().told == list{"new n1", "n1+a"});
  CHECK(&c.part<diary>() == &c.part<diary>());
}

TEST_CASE("index part: made at any time, it knows the same after any history") {
  std::mt19937_64 random(7);
  const auto name = [&](const char* kind, std::uint64_t most) { return kind + std::to_string(random() % most); };
  for (int run = 0; run < 50; ++run) {
    live_cluster c;
    const std::uint64_t made_at = random() % 100;
    for (std::uint64_t step = 0; step < 200; ++step) {
      if (step >= made_at) CHECK(c.part<members>().by_node == members_of(c));
      switch (random() % 6) {
        case 0:
          c.set_node(make_node(name("n", 5)).label("step", std::to_string(step)));
          break;
        case 1:
          c.remove_node(name("n", 5));
          break;
        case 2:
          c.remove("default-" + name("p", 12));
          break;
        default:
          c.place(c.intern(make_pod(name("p", 12)).cpu(std::to_string(random() % 3))), name("n", 6));
      }
    }
  }
}

TEST_CASE("index part: one that throws is dropped, and thrown to whoever asks for it next") {
  live_cluster c;
  c.set_node(make_node("n1"));
  c.part<breaks_on_pods>();
  const diary& d = c.part<diary>();
  c.place(c.intern(make_pod("a")), "n1");
  CHECK(c.pod_count()[0] == 1);
  CHECK(d.told == list{"new n1", "n1+a"});
  CHECK_THROWS_WITH(c.part<breaks_on_pods>(), "boom");
  c.remove("default-a");
  CHECK_NOTHROW(c.part<breaks_on_pods>());
}
