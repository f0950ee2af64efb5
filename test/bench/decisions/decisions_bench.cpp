#include "test/bench/decisions/cluster_at_work.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

/// How long decisions take about the pending pods of a cluster file, one after another. The same is measured of
/// kube-scheduler by test/parity/oracle -bench; compare.py makes the table.
///
///   decisions_bench FILE... [--benchmark_...]
using namespace berth;
using bench::cluster_at_work;

namespace {

void decisions(benchmark::State& state, const k8s::cluster_objects& objects) {
  using clock = std::chrono::steady_clock;
  cluster_at_work cluster(objects);
  std::vector<double> times;
  std::size_t placed = 0;
  for (auto _ : state) {
    const auto began = clock::now();
    placed += cluster.decide(cluster.waiting[times.size()].pod.pod) ? 1 : 0;
    const double took = std::chrono::duration<double>(clock::now() - began).count();
    state.SetIterationTime(took);
    times.push_back(took * 1e6);
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](std::size_t percent) { return times[(times.size() - 1) * percent / 100]; };
  state.counters["placed"] = static_cast<double>(placed);
  state.counters["median_us"] = at(50);
  state.counters["p99_us"] = at(99);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  try {
    for (int i = 1; i < argc; ++i) {
      const k8s::cluster_objects objects = bench::read_cluster_file(argv[i]);
      const auto pending = std::count_if(objects.pods.begin(), objects.pods.end(),
                                         [](const k8s::pod_ptr& pod) { return pod->node_name.empty(); });
      benchmark::RegisterBenchmark(argv[i], [objects](benchmark::State& state) { decisions(state, objects); })
          ->Iterations(pending)
          ->UseManualTime()
          ->Unit(benchmark::kMicrosecond);
    }
  } catch (const std::exception& wrong) {
    std::cerr << wrong.what() << '\n';
    return 2;
  }
  benchmark::RunSpecifiedBenchmarks();
}
