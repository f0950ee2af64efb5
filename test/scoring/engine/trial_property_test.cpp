#include "scoring/engine/scan.hpp"
#include "scoring/engine/trial.hpp"
#include "scoring/index/live_cluster.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/registry.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace berth;
using namespace berth::test;
using namespace berth::scoring;

/// Of random clusters: what the filters say in a trial, beside what they say of a cluster in which the pods were
/// really placed and removed.
namespace {

constexpr int node_count = 4;

struct random_cluster {
  explicit random_cluster(unsigned seed) : random(seed) {}
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); }

  make_pod pod(const std::string& name) {
    make_pod p(name);
    p.cpu(std::to_string(100 * below(20)) + "m").memory(std::to_string(64 * below(8)) + "Mi").priority(below(4));
    if (below(3) == 0) p.host_port(8080 + below(3), "TCP", below(2) == 0 ? "" : "10.0.0.1");
    if (below(4) == 0) p.request("example.com/gpu", std::to_string(below(3)));
    return p;
  }
  static std::string node_name(int n) { return "n" + std::to_string(n); }
  void fill(live_cluster& into) {
    for (int n = 0; n < node_count; ++n) {
      make_node made(node_name(n));
      made.cpu("3").memory("1Gi").pods(std::to_string(3 + n));
      if (n != 1) made.allocatable("example.com/gpu", "2");
      into.set_node(made);
    }
    for (int i = 0; i < 10; ++i) {
      const pod_info p = into.intern(pod("placed-" + std::to_string(i)));
      into.place(p, node_name(below(node_count)));
    }
  }
  std::mt19937 random;
};

// What the filters say of one node: reasons, or "".
std::string really(const lineup& plugins, const pod_info& pod, const live_cluster& nodes, node_id n) {
  cycle_state cycle;
  const pre_filter_outcome first = run_pre_filter(plugins, pod, nodes, cycle);
  node_set alone(nodes.universe());
  alone.insert(n);
  const filter_outcome out = run_filters(plugins, pod, nodes, cycle, first, alone);
  return out.error + out.table[out.refused_by[n]].message();
}

}  // namespace

TEST_CASE(
    "trial: it says what the filters say where the pods are really placed and removed, and leaves nothing behind") {
  profile_config config;
  config.scheduler_name = "berth";
  const lineup plugins(config, default_registry());
  std::size_t fits = 0, refused = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    live_cluster tried, moved;
    random_cluster(seed).fill(tried);
    random_cluster(seed).fill(moved);
    random_cluster r(seed + 1000);
    const pod_info pod = tried.intern(r.pod("incoming"));
    const int at = r.below(node_count);
    const node_id n = tried.find_node(random_cluster::node_name(at));
    const std::string before = really(plugins, pod, tried, n);
    {
      cycle_state cycle;
      const pre_filter_outcome first = run_pre_filter(plugins, pod, tried, cycle);
      filter_trial trial(plugins, pod, tried, cycle, first);
      trial.begin(n);
      const std::vector<pod_info> there(tried.pods_on(n).begin(), tried.pods_on(n).end());
      std::vector<pod_info> gone;
      for (int step = 0; step < 8; ++step) {
        if (!there.empty() && r.below(2) == 0) {
          const pod_info& victim = there[static_cast<std::size_t>(r.below(static_cast<int>(there.size())))];
          const auto again = std::find_if(gone.begin(), gone.end(), [&](const auto& g) { return g.pod == victim.pod; });
          if (again == gone.end()) {
            gone.push_back(victim);
            REQUIRE(trial.remove_pod(victim).is_ok());
            moved.remove(victim.pod->uid);
          } else {
            gone.erase(again);
            REQUIRE(trial.add_pod(victim).is_ok());
            moved.place(moved.intern(victim.pod), random_cluster::node_name(at));
          }
        } else {
          const pod_info more = tried.intern(r.pod("more-" + std::to_string(step)));
          REQUIRE(trial.add_pod(more).is_ok());
          moved.place(moved.intern(more.pod), random_cluster::node_name(at));
        }
        const std::string said = trial.filter().message();
        CHECK(said == really(plugins, pod, moved, n));
        ++(said.empty() ? fits : refused);
      }
    }
    CHECK(really(plugins, pod, tried, n) == before);
  }
  CHECK(fits > 100);
  CHECK(refused > 100);
}
