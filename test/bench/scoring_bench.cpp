#include "scoring/engine/profile.hpp"
#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <variant>

/// The decision alone, with all default plugins and every node examined: no queue, no API server.
///
/// "cold" is the first pod of its class: every plugin looks at every node. "repeated" is the next pod of a class, after
/// one pod was placed. Run the release build: scoring_bench --benchmark_filter=...
using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

struct bench {
  explicit bench(std::int64_t nodes_wanted, const char* plugin = nullptr)
      : judge(configured(plugin), default_registry()) {
    for (std::int64_t i = 0; i < nodes_wanted; ++i) {
      make_node n("node-" + std::to_string(i));
      n.zone("zone-" + std::to_string(i % 3)).label("disk", i % 2 == 0 ? "ssd" : "hdd").cpu("16").memory("64Gi");
      n.image({"registry.example/app-" + std::to_string(i % 7) + ":1"}, 50'000'000);
      if (i % 20 == 0) n.taint("dedicated", "infra");
      if (i % 10 == 1) n.taint("spot", "", k8s::taint_effect::prefer_no_schedule);
      nodes.set_node(n);
    }
    // A third full, unevenly.
    for (std::int64_t i = 0; i < nodes_wanted * 5; ++i)
      nodes.place(nodes.intern(make_pod("old-" + std::to_string(i)).cpu("1").memory(std::to_string(1 + i % 4) + "Gi")),
                  "node-" + std::to_string(random() % static_cast<std::uint64_t>(nodes_wanted)));
  }

  void reserve_on(std::int64_t i) {
    const node_id n = nodes.find_node("node-" + std::to_string(i));
    k8s::node changed = nodes.node(n);
    changed.annotations.set("reserve.cpu/x", "1");
    changed.annotations.set("reserve.memory/x", "1Gi");
    nodes.set_node(std::make_shared<const k8s::node>(std::move(changed)));
  }

  decision run(const pod_info& pod) {
    cycle_state cycle;
    return judge.schedule(pod, nodes, cycle, random);
  }

  live_cluster nodes;
  std::mt19937_64 random{1};
  profile judge;  ///< the default plugins, and perhaps one more

 private:
  static profile_config configured(const char* plugin) {
    profile_config c;
    c.scheduler_name = "berth";
    if (plugin != nullptr) c.multi_point.enabled.push_back({plugin, 0, ""});
    return c;
  }
};

make_pod plain(std::int64_t i) { return make_pod("new-" + std::to_string(i)).cpu("100m").memory("500Mi"); }

make_pod choosy(std::int64_t i) {
  return plain(i)
      .prefers_node_with(5, "disk", {"ssd"})
      .needs_node_with("topology.kubernetes.io/zone", k8s::selector_operator::in, {"zone-0", "zone-1"})
      .tolerates({"dedicated", k8s::toleration_operator::exists, "", k8s::taint_effect::no_schedule})
      .image("registry.example/app-1:1");
}

// A class of its own for each pod: requests that nobody had.
void cold(benchmark::State& state, make_pod (*make)(std::int64_t)) {
  bench b(state.range(0));
  std::int64_t i = 0;
  for (auto _ : state) {
    state.PauseTiming();
    ++i;
    const pod_info pod = b.nodes.intern(make(i).cpu(std::to_string(100'000'000 + i) + "n"));
    state.ResumeTiming();
    benchmark::DoNotOptimize(b.run(pod));
  }
}

void repeated(benchmark::State& state, make_pod (*make)(std::int64_t), const char* plugin = nullptr,
              std::int64_t reserved_nodes = 0) {
  bench b(state.range(0), plugin);
  for (std::int64_t i = 0; i < reserved_nodes; ++i) b.reserve_on(i);
  std::int64_t i = 0;
  for (auto _ : state) {
    const pod_info pod = b.nodes.intern(make(i++));
    const decision made = b.run(pod);
    b.nodes.place(pod, std::get<placement>(made).node);
    if (i % 1000 == 0) {
      state.PauseTiming();
      for (std::int64_t k = i - 1000; k < i; ++k) b.nodes.remove("default-new-" + std::to_string(k));
      b.run(b.nodes.intern(make(i)));
      state.ResumeTiming();
    }
  }
}

void nothing_fits(benchmark::State& state) {
  bench b(state.range(0));
  const pod_info pod = b.nodes.intern(plain(0).cpu("100"));
  for (auto _ : state) benchmark::DoNotOptimize(std::get<diagnosis>(b.run(pod)).message());
}

void daemon(benchmark::State& state) {
  bench b(state.range(0));
  const pod_info pod = b.nodes.intern(plain(0).needs_node({"node-7"}));
  for (auto _ : state) benchmark::DoNotOptimize(b.run(pod));
}

void place_and_remove(benchmark::State& state) {
  bench b(state.range(0));
  const pod_info pod = b.nodes.intern(plain(0));
  for (auto _ : state) {
    b.nodes.place(pod, "node-7");
    b.nodes.remove(pod.pod->uid);
  }
}

void intern(benchmark::State& state) {
  live_cluster c;
  const pod_info kept = c.intern(choosy(0));
  const k8s::pod_ptr pod = choosy(1);
  for (auto _ : state) benchmark::DoNotOptimize(c.intern(pod));
}

}  // namespace

BENCHMARK_CAPTURE(cold, plain, plain)->Arg(1000)->Arg(5000)->Arg(100000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(cold, choosy, choosy)->Arg(5000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(repeated, plain, plain)->Arg(1000)->Arg(5000)->Arg(100000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(repeated, choosy, choosy)->Arg(5000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(repeated, heeding_no_reservation, plain, "NodeReservation")->Arg(5000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(repeated, heeding_100_reservations, plain, "NodeReservation", 100)
    ->Arg(5000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(repeated, heeding_5000_reservations, plain, "NodeReservation", 5000)
    ->Arg(5000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(nothing_fits)->Arg(5000)->Unit(benchmark::kMicrosecond);
BENCHMARK(daemon)->Arg(5000)->Unit(benchmark::kMicrosecond);
BENCHMARK(place_and_remove)->Arg(5000);
BENCHMARK(intern);
BENCHMARK_MAIN();
