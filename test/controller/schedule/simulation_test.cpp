#include "test/controller/world.hpp"
#include "test/support/seeds.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <random>

/// The whole process in random weather: each seed is a small cluster with faults of every kind. What must
/// hold in each: no pod is bound twice, no node is over-committed by us at any binding, no acknowledged binding is sent
/// again, and once the weather clears every pod that fits is placed and every other says truly why it is not.
/// BERTH_TEST_SEED=n runs that seed alone and prints its log (test/support/seeds.hpp).

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t node_cpu = 4000;

struct simulation {
  explicit simulation(unsigned seed) : random(seed), w(settings_with(1 + seed % 7, seed)) {
    w.api.plan = [this](const request& r) { return weather(r); };
    w.api.latency = [this](const request&) { return milliseconds_upto(40); };
    w.api.pod_changed = [this](k8s::pod_ptr pod) { notice(std::move(pod)); };
    w.api.pod_removed = [this](k8s::pod_ptr pod) { notice(std::move(pod), true); };  // evicted
    w.api.pod_bound = [this](const k8s::pod& pod) { check_binding(pod); };
  }

  int upto(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
  controller::duration milliseconds_upto(int n) { return std::chrono::milliseconds(upto(n)); }

  // ---- the weather ----------------------------------------------------------------------------------------------
  fault weather(const request& r) {
    if (!stormy || upto(100) >= 25) return fault::none;
    const bool binding = r.path.ends_with("/binding");
    constexpr std::array any{
        fault::unreachable,     fault::lost,      fault::error_500,       fault::throttled, fault::lost_after,
        fault::error_500_after, fault::not_found, fault::lost_before_late};
    const fault f = any[static_cast<std::size_t>(upto(static_cast<int>(any.size())))];
    // A GET has no effect to be late with; one that is told 404 would rightly believe that the pod is gone.
    if (r.method == "GET" && (f == fault::lost_before_late || f == fault::not_found)) return fault::lost;
    if (!binding && f == fault::lost_before_late) return fault::lost;
    if (f == fault::lost_before_late) late_at = w.time.now() + std::chrono::milliseconds(upto(900));
    return f;
  }

  // ---- the watch: late, in order, with holes that a later list mends --------------------------------------------
  struct news {
    controller::instant at;
    k8s::pod_ptr pod;
    bool gone;
  };
  void notice(k8s::pod_ptr pod, bool gone = false) {
    if (stormy && upto(100) < 5) {
      relist_at = std::min(relist_at, w.time.now() + 2s);
      return;
    }
    const controller::instant at = w.time.now() + (stormy ? milliseconds_upto(300) : controller::duration(10ms));
    news_.push_back({news_.empty() ? at : std::max(at, news_.back().at), std::move(pod), gone});
  }
  void deliver() {
    while (!news_.empty() && news_.front().at <= w.time.now()) {
      const news n = std::move(news_.front());
      news_.pop_front();
      n.gone ? w.pods().removed(n.pod) : w.pods().applied(n.pod);
    }
    if (relist_at <= w.time.now()) {
      relist_at = controller::never;
      news_.clear();
      w.relist_pods();
    }
    if (late_at <= w.time.now()) {
      late_at = controller::never;
      w.api.land_late_requests();
    }
  }
  void pass(controller::duration d) {
    for (const controller::instant until = w.time.now() + d; w.time.now() < until;) {
      w.time.advance(25ms);
      deliver();
      w.time.run();
    }
  }

  // ---- what must hold -------------------------------------------------------------------------------------------
  static std::int64_t cpu_of(const k8s::pod& pod) {
    return pod.spec->containers.front().requests.find("cpu")->milli_value();
  }
  void check_binding(const k8s::pod& pod) {
    CHECK(bound.emplace(pod.uid, pod.node_name).second);
    std::int64_t used = 0;
    for (const auto& [key, other] : w.api.pods)
      if (other.node_name == pod.node_name) used += cpu_of(other);
    CHECK(used <= node_cpu);
    CHECK(pod.node_name != "others");
  }

  // ---- a life ---------------------------------------------------------------------------------------------------
  void step() {
    switch (upto(8)) {
      case 0:
      case 1:
      case 2: {
        make_pod p("p" + std::to_string(++made));
        p.cpu(std::to_string(100 + 100 * upto(8)) + "m").priority(upto(3));
        if (upto(10) == 0) p.node_selector("disk", "ssd");  // nowhere
        w.api.create_pod(p);
        break;
      }
      case 3:
        if (!w.api.pods.empty()) {
          const auto there = std::next(w.api.pods.begin(), upto(static_cast<int>(w.api.pods.size())));
          if (upto(2) == 0) {
            w.api.change_pod(there->first, [](k8s::pod& p) { p.deleted.emplace(); });
          } else {
            const auto last = std::make_shared<const k8s::pod>(there->second);
            w.api.pods.erase(there);
            notice(last, true);
          }
        }
        break;
      case 4:
        if (!w.api.pods.empty() && upto(3) == 0) {  // somebody else takes a pod of ours
          const auto there = std::next(w.api.pods.begin(), upto(static_cast<int>(w.api.pods.size())));
          if (there->second.node_name.empty() && !there->second.terminating())
            w.api.change_pod(there->first, [](k8s::pod& p) { p.node_name = "others"; });
        }
        break;
      case 5:
        if (upto(4) == 0) w.api.down = !w.api.down;
        break;
      case 6:
        w.nodes().applied(make_node("n" + std::to_string(upto(3)))
                              .version(std::to_string(++made))
                              .label("x", std::to_string(upto(9))));
        break;
      default:
        break;
    }
    pass(milliseconds_upto(600));
  }

  void live() {
    w.list({make_node("n0"), make_node("n1"), make_node("n2"), make_node("others").unschedulable()});
    for (int i = 0; i < 60; ++i) step();
    stormy = false;
    w.api.down = false;
    relist_at = w.time.now() + 1s;
    pass(20s);
    // Room for all that wait: those that fit nowhere now are placed as soon as there is some.
    for (int i = 0; i < 6; ++i) w.nodes().applied(make_node("fresh" + std::to_string(i)));
    pass(20s);
  }

  void judge() {
    for (const auto& [key, pod] : w.api.pods) {
      CAPTURE(key.name);
      const bool nowhere = pod.spec->node_selector.contains("disk");
      if (pod.terminating() || pod.node_name == "others") continue;
      CHECK(pod.node_name.empty() == nowhere);
      if (!nowhere) continue;
      REQUIRE(pod.scheduled);
      CHECK(pod.scheduled->reason == "Unschedulable");
    }
    CHECK(w.scheduler.cache().assumed_count() == 0);
    CHECK(w.scheduler.queue().in_flight() == 0);
    CHECK(w.scheduler.bindings_in_flight() == 0);
    // The index holds what the server has.
    std::size_t placed = 0;
    for (const auto& [key, pod] : w.api.pods) placed += !pod.node_name.empty();
    CHECK(w.scheduler.cache().index().placed_count() == placed);
  }

  std::mt19937 random;
  world w;
  bool stormy = true;
  int made = 0;
  std::map<std::string, std::string> bound;  ///< uid to node, as the server carried it out
  std::deque<news> news_;
  controller::instant relist_at = controller::never;
  controller::instant late_at = controller::never;
};

}  // namespace

TEST_CASE("simulation: in random lives every pod is bound once, rightly, and none is lost" *
          doctest::test_suite("random")) {
  for (const unsigned seed : seeds({.quick = 40, .all = 1000})) {
    CAPTURE(seed);
    simulation s(seed);
    s.live();
    s.judge();
    if (only_seed() != 0)
      for (const std::string& line : s.w.lines) MESSAGE(line);
  }
}
