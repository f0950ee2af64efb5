#include "test/controller/queue/queue_fixture.hpp"

#include <doctest/doctest.h>

#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;
using berth::test::make_node;
using berth::test::make_pod;
using berth::test::queue_fixture;

TEST_CASE("queue: 300 random histories keep every pod exactly once and lose none") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    queue_fixture f;
    std::mt19937 random(seed);
    const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    std::map<std::string, k8s::pod_ptr> alive;  // by uid: all that the queue should have
    std::map<std::string, queue_entry> flying;
    int made = 0;
    for (int step = 0; step < 200; ++step) {
      f.now += std::chrono::milliseconds(upto(700));
      switch (upto(9)) {
        case 0:
        case 1: {
          make_pod p("p" + std::to_string(made++ % 40));
          p.priority(upto(3));
          if (upto(5) == 0) p.gate("g");
          const k8s::pod_ptr pod = p;
          if (alive.contains(pod->uid)) break;
          alive.emplace(pod->uid, pod);
          f.q.add(f.info(pod), f.now);
          break;
        }
        case 2:
        case 3:
          if (auto e = f.q.pop(f.now)) {
            const std::string uid = e->pod.pod->uid;
            REQUIRE(alive.contains(uid));
            REQUIRE(e->pod.pod->scheduling_gates.empty());
            REQUIRE(flying.emplace(uid, std::move(*e)).second);
          }
          break;
        case 4:
        case 5:
          if (!flying.empty()) {
            auto node = flying.extract(flying.begin());
            if (!alive.contains(node.key())) {
              f.q.done(node.key());
              break;
            }
            node.mapped().pod.pod = alive.at(node.key());
            switch (upto(4)) {
              case 0:
                f.q.failed(std::move(node.mapped()), f.now);
                break;
              case 1:
                f.q.give_back(std::move(node.mapped()), f.now);
                break;
              case 2:
                f.q.refused(std::move(node.mapped()), {"Fit"}, f.now);
                break;
              default:
                f.q.refused(std::move(node.mapped()), {"Affinity", "Tolerations"}, f.now);
            }
          }
          break;
        case 6:
          f.q.happened(upto(2) == 0 ? f.pod_deleted() : node_added(make_node("n")), f.now);
          break;
        case 7:
          if (!alive.empty()) {
            auto& [uid, pod] = *std::next(alive.begin(), upto(static_cast<int>(alive.size())));
            k8s::pod next = *pod;
            next.resource_version += "+";
            if (upto(2) == 0) next.scheduling_gates.clear();
            const k8s::pod_ptr before = std::exchange(pod, std::make_shared<const k8s::pod>(next));
            f.q.update(before, f.info(pod), f.now);
          }
          break;
        default:
          if (!alive.empty() && upto(3) == 0) {
            const auto gone = std::next(alive.begin(), upto(static_cast<int>(alive.size())));
            f.q.remove(gone->first);
            alive.erase(gone);
          }
      }
      std::size_t expected = alive.size();
      for (const auto& [uid, e] : flying) expected -= alive.contains(uid);
      std::size_t held = 0;
      for (const queue_name n : {queue_name::active, queue_name::backoff, queue_name::unschedulable, queue_name::gated})
        held += f.q.size(n);
      REQUIRE(held == expected);
      REQUIRE(f.q.in_flight() == flying.size());
      f.q.tick(f.now);
      REQUIRE(f.q.next_tick() > f.now);
    }
    // Left alone, every pod without a gate comes out again.
    for (auto& [uid, e] : flying) alive.contains(uid) ? f.q.failed(std::move(e), f.now) : f.q.done(uid);
    f.now += 10min;
    std::size_t out = 0;
    while (f.q.pop(f.now)) ++out;
    CHECK(out + f.q.size(queue_name::gated) == alive.size());
  }
}

TEST_CASE_FIXTURE(queue_fixture, "queue: whatever QueueSort answers, every pod comes out once and can be taken out") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    rules.lies = &random;
    std::set<std::string> in;
    std::vector<scoring::pod_info> pods;
    for (int i = 0; i < 60; ++i) {
      pods.push_back(info(make_pod("p" + std::to_string(seed) + "-" + std::to_string(i))));
      q.add(pods.back(), now);
      in.insert(pods.back().pod->key.name);
    }
    for (int i = 0; i < 60; i += 3) {  // deleted
      q.remove(pods[static_cast<std::size_t>(i)].pod->uid);
      in.erase(pods[static_cast<std::size_t>(i)].pod->key.name);
    }
    for (int i = 0; i < 20; ++i) {  // failed: back in another line
      REQUIRE(in.contains(pop_name()));
      fail();
    }
    now += 30s;
    for (std::string name = pop_name(); !name.empty(); name = pop_name()) {
      CHECK(in.erase(name) == 1);
      q.done(last.pod.pod->uid);
    }
    CHECK(in.empty());
    CHECK(q.size(queue_name::active) + q.size(queue_name::backoff) == 0);
  }
}
