#include "controller/config/configuration.hpp"
#include "controller/offline/waiting_pods.hpp"
#include "k8s/codec/cluster_file.hpp"
#include "scoring/registry.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

/// How long decisions take about the pending pods of a cluster file, one after another: all that the process does about
/// a pod between its events and its binding. A pod that is placed counts for the next; so does a preemption that is
/// over. The same is measured of kube-scheduler by test/parity/oracle -bench; test/bench/decisions.py makes the table.
///
///   decisions_bench FILE... [--benchmark_...]
using namespace berth;

namespace {

struct cluster_at_work {
  explicit cluster_at_work(const k8s::cluster_objects& objects)
      : profiles(controller::make_profiles(controller::default_configuration("default-scheduler"),
                                           scoring::default_registry())),
        waiting(controller::load_cluster(objects, profiles, false, nodes)) {}

  // Whether the pod has a node now.
  bool decide(const k8s::pod_ptr& pod) {
    const scoring::pod_info info = nodes.intern(pod);
    scoring::cycle_state cycle;
    scoring::decision made = profiles.front().schedule(info, nodes, cycle, random);
    std::string node;
    if (const auto* placed = std::get_if<scoring::placement>(&made)) {
      node = placed->node;
    } else if (auto preemption = cycle.out().take_one<scoring::preempt_pods>()) {
      for (const std::string& uid : preemption->victims) nodes.remove(uid);
      node = preemption->node;
    }
    if (!node.empty()) nodes.place(info, node);
    return !node.empty();
  }

  scoring::live_cluster nodes;
  std::vector<scoring::profile> profiles;
  std::vector<controller::waiting_pod> waiting;
  std::mt19937_64 random{1};
};

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

k8s::cluster_objects read(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  k8s::result<k8s::cluster_objects> objects = k8s::read_cluster(text.str(), file);
  if (!objects) throw std::runtime_error(file + ": " + objects.error().detail);
  return std::move(*objects);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  try {
    for (int i = 1; i < argc; ++i) {
      const k8s::cluster_objects objects = read(argv[i]);
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
