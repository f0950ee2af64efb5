#include "test/controller/webhook/extender_rig.hpp"
#include "test/controller/world.hpp"
#include "test/support/seeds.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>

/// Pods that come and go leave nothing behind, whatever became of them: the bytes in use are counted, by an allocator
/// of this program's own.
///
/// Each pod has labels of its own, so that nothing is shared with the next. What the process keeps on purpose (the
/// latest journeys, placements and events) is full after the first few thousand pods; from there on, memory stays.
/// 20,000 pods of each fate, 60,000 with BERTH_TEST_LONG; BERTH_TEST_PODS=1000000 takes as many, in an hour at -O2.
using namespace berth;
using namespace berth::test;

// ---- the bytes in use -------------------------------------------------------------------------------------------

namespace {

std::int64_t bytes_in_use = 0;  // one thread

void* counted(std::size_t size) {
  void* p = std::malloc(size);
  if (p == nullptr) throw std::bad_alloc();
  bytes_in_use += static_cast<std::int64_t>(malloc_usable_size(p));
  return p;
}

void uncounted(void* p) noexcept {
  if (p == nullptr) return;
  bytes_in_use -= static_cast<std::int64_t>(malloc_usable_size(p));
  std::free(p);
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* p) noexcept { uncounted(p); }
void operator delete[](void* p) noexcept { uncounted(p); }
void operator delete(void* p, std::size_t) noexcept { uncounted(p); }
void operator delete[](void* p, std::size_t) noexcept { uncounted(p); }

namespace {

// ---- pods -------------------------------------------------------------------------------------------------------

constexpr std::size_t at_once = 10;          // pods a second
constexpr std::size_t until_full = 10'000;   // pods, until all that is bounded has reached its bound
constexpr std::size_t a_few_sweeps = 7'000;  // pods
constexpr std::int64_t slack = 64 << 10;     // bytes; 5 for each pod of the quick run

std::size_t how_many() {
  return number_from("BERTH_TEST_PODS", number_from("BERTH_TEST_LONG", 0) != 0 ? 60'000 : 20'000);
}

std::string name_of(std::size_t i) { return fmt::format("pod-{:07}", i); }

make_pod pod_number(std::size_t i) {
  return make_pod(name_of(i)).label("app", fmt::format("tenant-{:07}-with-a-name-that-is-long", i)).cpu("10m");
}

// `round(i)`: pods i to i + at_once come, meet their fate, and go. The table of specs fills up with dead ones and is
// swept, every few thousand pods: so what is compared is the most that was in use over a few sweeps, early and late.
void check_that_nothing_stays(const std::function<void(std::size_t)>& round) {
  std::size_t i = 0;
  const auto most_over = [&](std::size_t pods) {
    std::int64_t most = 0;
    for (const std::size_t end = i + pods; i < end; i += at_once) {
      round(i);
      most = std::max(most, bytes_in_use);
    }
    return most;
  };
  most_over(until_full);
  const std::int64_t early = most_over(a_few_sweeps);
  most_over(how_many() - 2 * a_few_sweeps);
  const std::int64_t late = most_over(a_few_sweeps);
  CHECK(late - early < slack);
}

struct cluster_of_one {
  cluster_of_one() { w.list({make_node("node-1")}); }

  // The pods are what `make` says; `met(name)` is asked while they are there.
  void round(std::size_t first, const std::function<make_pod(std::size_t)>& make,
             const std::function<bool(const std::string&)>& met) {
    for (std::size_t i = first; i < first + at_once; ++i) w.create(make(i));
    w.advance(controller::milliseconds(500));
    std::size_t as_wanted = 0;
    for (std::size_t i = first; i < first + at_once; ++i) as_wanted += met(name_of(i));
    REQUIRE(as_wanted == at_once);
    for (std::size_t i = first; i < first + at_once; ++i) w.remove(name_of(i));
    w.advance(controller::milliseconds(500));
    w.api.requests.clear();
    w.api.events.clear();
    w.lines.clear();
  }

  world w;
};

}  // namespace

TEST_CASE("memory: pods that are placed and deleted leave nothing behind" * doctest::test_suite("random")) {
  cluster_of_one c;
  check_that_nothing_stays([&](std::size_t first) {
    c.round(first, pod_number, [&](const std::string& name) { return c.w.node_of(name) == "node-1"; });
  });
}

TEST_CASE("memory: pods that are refused and deleted leave nothing behind" * doctest::test_suite("random")) {
  cluster_of_one c;
  check_that_nothing_stays([&](std::size_t first) {
    c.round(
        first, [](std::size_t i) { return pod_number(i).cpu("1000"); },
        [&](const std::string& name) {
          return c.w.api.pods.at({"default", name}).scheduled.has_value();
        });
  });
}

TEST_CASE("memory: pods that are gated and deleted leave nothing behind" * doctest::test_suite("random")) {
  cluster_of_one c;
  check_that_nothing_stays([&](std::size_t first) {
    c.round(
        first, [](std::size_t i) { return pod_number(i).gate("acme.io/wait"); },
        [&](const std::string& name) { return c.w.node_of(name).empty(); });
  });
}

TEST_CASE("memory: pods that others place, on nodes that there are and are not, leave nothing behind" *
          doctest::test_suite("random")) {
  cluster_of_one c;
  check_that_nothing_stays([&](std::size_t first) {
    c.round(
        first,
        [](std::size_t i) {
          return pod_number(i).scheduler("another").on(i % 2 == 0 ? std::string("node-1") : "node-" + name_of(i));
        },
        [](const std::string&) { return true; });
  });
}

TEST_CASE("memory: pods that a webhook is asked about leave nothing behind" * doctest::test_suite("random")) {
  extender_rig rig("[{schedulerName: berth}]");
  rig.list({make_node("node-1")});
  check_that_nothing_stays([&](std::size_t first) {
    for (std::size_t i = first; i < first + at_once; ++i) {
      const std::string pod =
          fmt::format(R"({{"metadata":{{"name":"{0}","namespace":"default","uid":"uid-{0}","labels":{{"app":"{0}"}}}},)"
                      R"("spec":{{"schedulerName":"berth","containers":[{{"name":"main","image":"i-{0}"}}]}}}})",
                      name_of(i));
      const std::string args = R"({"Pod":)" + pod + R"(,"NodeNames":["node-1"]})";
      REQUIRE(rig.post("/filter", args).find(R"("NodeNames":["node-1"])") != std::string::npos);
      REQUIRE(rig.post("/prioritize", args).find("node-1") != std::string::npos);
    }
    rig.lines.clear();
  });
}

// ---- many at once -----------------------------------------------------------------------------------------------

namespace {

// What `how_many` pods leave that are all there at the same time, beyond what the first few thousand left.
std::int64_t left_by_a_spike(const std::function<make_pod(std::size_t)>& make) {
  cluster_of_one c;
  const auto come_and_go = [&](std::size_t first, std::size_t pods) {
    for (std::size_t i = first; i < first + pods; ++i) c.w.create(make(i));
    c.w.advance(controller::milliseconds(500));
    for (std::size_t i = first; i < first + pods; ++i) c.w.remove(name_of(i));
    c.w.advance(controller::milliseconds(500));
    c.w.api.requests.clear();
    c.w.api.events.clear();
    c.w.lines.clear();
    c.w.api.requests.shrink_to_fit();
    c.w.lines.shrink_to_fit();
  };
  for (std::size_t i = 0; i < until_full; i += 500) come_and_go(i, 500);
  const std::int64_t before = bytes_in_use;
  come_and_go(until_full, how_many());
  return bytes_in_use - before;
}

}  // namespace

TEST_CASE("memory: a spike of pods that others place is given back, the room in tables too" *
          doctest::test_suite("random")) {
  CHECK(left_by_a_spike([](std::size_t i) { return pod_number(i).scheduler("another").on("node-1"); }) < slack);
}

TEST_CASE("memory: a spike of pods that wait is given back, the room in tables too" * doctest::test_suite("random")) {
  CHECK(left_by_a_spike([](std::size_t i) { return pod_number(i).gate("acme.io/wait"); }) < slack);
}

TEST_CASE("memory: a spike of pods that others will place is given back" * doctest::test_suite("random")) {
  CHECK(left_by_a_spike([](std::size_t i) { return pod_number(i).scheduler("another"); }) < slack);
}
