#include "k8s/codec/decode.hpp"
#include "test/bench/hostile.hpp"
#include "test/bench/hostile_cluster.hpp"
#include "test/support/objects.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

/// What one object of the largest size costs the strand that decides, by what it is made of: the time per thing must
/// stay flat as there are more of them (the last column is the fit; the counters, in microseconds, are the steps).
///
/// Run the release build: hostile_bench --benchmark_filter=pod/host_ports
using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

constexpr int node_count = 100;

using rig = bench::hostile_cluster;

// The time of each step, on average, as counters of the row.
class steps {
 public:
  explicit steps(benchmark::State& state) : state_(state) {}
  ~steps() {
    for (const auto& [name, total] : total_)
      state_.counters[name] = benchmark::Counter(total / 1000, benchmark::Counter::kAvgIterations);
  }
  template <class Step>
  void operator()(const char* name, Step&& step) {
    const auto began = std::chrono::steady_clock::now();
    step();
    total_[name] += std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - began).count();
  }

 private:
  benchmark::State& state_;
  std::map<std::string, double> total_;
};

void a_pod(benchmark::State& state, const bench::hostile_pod& kind) {
  std::string text = kind.json(static_cast<std::size_t>(state.range(0)));
  const std::size_t in = text.find("tenant");
  const k8s::pod_ptr bystander = make_pod("bystander").cpu("10m");
  rig r(node_count);
  steps step(state);
  std::size_t round = 0;
  for (auto _ : state) {
    // No two are alike, so that nothing that is kept for equal specs helps.
    text.replace(in, 6, fmt::format("t{:05}", ++round % 100'000));
    k8s::pod_ptr decoded;
    pod_info pod;
    step("1 decode", [&] {
      auto read = k8s::decode_pod(text);
      if (!read) throw std::runtime_error(read.error().detail);
      decoded = *read;
    });
    step("2 intern", [&] { pod = r.nodes.intern(decoded); });
    step("3 first", [&] {
      const decision d = r.decide(pod);
      if (const auto* why = std::get_if<diagnosis>(&d)) benchmark::DoNotOptimize(why->message());
    });
    r.nodes.set_node(make_node("node-0").label("disk", "ssd").label("round", std::to_string(round)));
    step("4 again", [&] { benchmark::DoNotOptimize(r.decide(pod)); });
    step("5 place", [&] { r.nodes.place(pod, "node-1"); });
    step("6 other", [&] { benchmark::DoNotOptimize(r.decide(r.nodes.intern(bystander))); });
    step("7 hints", [&] {
      k8s::pod placed = *pod.pod;
      placed.node_name = "node-1";
      const cluster_event gone = bench::gone(placed);
      const cluster_event came = bench::came(r.nodes.node(r.nodes.find_node("node-1")));
      for (const std::string& plugin : bench::all_plugins()) {
        benchmark::DoNotOptimize(r.judge.queueing_hint(pod, {plugin}, gone));
        benchmark::DoNotOptimize(r.judge.queueing_hint(pod, {plugin}, came));
      }
    });
    step("8 leave", [&] { r.nodes.remove(pod.pod->uid); });
  }
  state.SetComplexityN(state.range(0));
}

void a_node(benchmark::State& state, const bench::hostile_node& kind) {
  const std::string text = kind.json(static_cast<std::size_t>(state.range(0)));
  const k8s::pod_ptr bystander = make_pod("bystander").cpu("10m").request("e.io/r7", "1");
  rig r(node_count);
  steps step(state);
  for (auto _ : state) {
    k8s::node_ptr decoded;
    step("1 decode", [&] {
      auto read = k8s::decode_node(text);
      if (!read) throw std::runtime_error(read.error().detail);
      decoded = *read;
    });
    step("2 set", [&] { r.nodes.set_node(decoded); });
    step("3 other", [&] { benchmark::DoNotOptimize(r.decide(r.nodes.intern(bystander))); });
    step("4 gone", [&] { r.nodes.remove_node("hostile"); });
  }
  state.SetComplexityN(state.range(0));
}

}  // namespace

int main(int argc, char** argv) {
  const auto sizes = [](auto* row, std::size_t most) {
    for (const std::size_t part : {8, 4, 2, 1}) row->Arg(static_cast<std::int64_t>(most / part));
    row->Complexity(benchmark::oAuto)->Unit(benchmark::kMillisecond);
  };
  for (const bench::hostile_pod& kind : bench::hostile_pods())
    sizes(benchmark::RegisterBenchmark((std::string("pod/") + kind.name).c_str(),
                                       [&kind](benchmark::State& s) { a_pod(s, kind); }),
          kind.most);
  for (const bench::hostile_node& kind : bench::hostile_nodes())
    sizes(benchmark::RegisterBenchmark((std::string("node/") + kind.name).c_str(),
                                       [&kind](benchmark::State& s) { a_node(s, kind); }),
          kind.most);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
