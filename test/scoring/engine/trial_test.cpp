#include "scoring/engine/trial.hpp"

#include "scoring/index/live_cluster.hpp"
#include "test/scoring/fakes.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace berth;
using namespace berth::test;

/// Filters on one node with pods taken out and put in: as if they were gone or there, and nothing is left of it.
namespace {

struct world {
  world() {
    for (const char* name : {"n1", "n2"})
      nodes.set_node(make_node(name).allocatable("cpu", "4").allocatable("pods", "9"));
  }
  pod_info placed(make_pod pod, const char* node) {
    const pod_info info = nodes.intern(pod);
    nodes.place(info, node);
    return info;
  }
  live_cluster nodes;
};

// Refuses a node with less than one cpu left.
status needs_one_cpu(const pod_info&, const cluster& c, node_id n) {
  return c.requested(cpu)[n] + 1000 > c.allocatable(cpu)[n] ? status::refuse("full") : status::ok();
}

// Counts pods of all nodes in PreFilter, and refuses where there are more than two.
class counter final : public fake, public pre_filter_plugin, public pre_filter_extensions, public node_filter_plugin {
 public:
  using fake::fake;
  struct state {
    int pods = 0;
  };
  pre_filter_result pre_filter(const pod_info&, const cluster& c, cycle_state& cycle) const override {
    cycle.of<state>(this, [&] { return state{static_cast<int>(c.placed_count())}; });
    return {};
  }
  status add_pod(const pod_info&, const cluster&, cycle_state& cycle, const pod_info&, node_id) const override {
    ++cycle.find<state>(this)->pods;
    return status::ok();
  }
  status remove_pod(const pod_info&, const cluster&, cycle_state& cycle, const pod_info& gone, node_id) const override {
    if (gone.pod->key.name == "stubborn") return status::failed("will not go");
    --cycle.find<state>(this)->pods;
    return status::ok();
  }
  status filter_node(const pod_info&, const cluster&, cycle_state& cycle, node_id) const override {
    return cycle.find<state>(this)->pods > 2 ? status::refuse("too many") : status::ok();
  }
};

std::string refused(const fake_profile& f, const live_cluster& nodes, const pod_info& pod) {
  scoring::profile p = f.make();
  cycle_state cycle;
  std::mt19937_64 random;
  const decision d = p.schedule(pod, nodes, cycle, random);
  const auto* why = std::get_if<diagnosis>(&d);
  return why == nullptr ? std::get<placement>(d).node : why->message();
}

}  // namespace

TEST_CASE("node_trial: columns, pods and ports are as if pods were gone or there, and then as before") {
  world w;
  const pod_info a = w.placed(make_pod("a").request("cpu", "1").host_port(80), "n1");
  const pod_info b = w.placed(make_pod("b").request("cpu", "2").request("example.com/gpu", "1"), "n1");
  const pod_info c = w.nodes.intern(make_pod("c").request("memory", "1Gi").host_port(81));
  const node_id n = w.nodes.find_node("n1");
  const auto logged = w.nodes.changes().position();
  {
    node_trial trial(w.nodes, n);
    trial.remove(a);
    CHECK(w.nodes.requested(cpu)[n] == 2000);
    CHECK(w.nodes.pod_count()[n] == 1);
    CHECK_FALSE(w.nodes.nodes_with_host_ports().contains(n));
    CHECK(w.nodes.pods_on(n).size() == 1);
    trial.remove(b);
    CHECK(w.nodes.requested_of(n, "example.com/gpu") == 0);
    trial.remove(b);  // is not there
    trial.add(c);
    CHECK(w.nodes.requested(cpu)[n] == 0);
    CHECK(w.nodes.requested(memory)[n] == std::int64_t{1} << 30);
    CHECK(w.nodes.nodes_with_host_ports().contains(n));
    trial.add(a);
    CHECK(w.nodes.requested(cpu)[n] == 1000);
  }
  CHECK(w.nodes.requested(cpu)[n] == 3000);
  CHECK(w.nodes.requested(memory)[n] == 0);
  CHECK(w.nodes.requested_of(n, "example.com/gpu") == 1);
  CHECK(w.nodes.pod_count()[n] == 2);
  CHECK(w.nodes.pods_on(n).size() == 2);
  CHECK(w.nodes.nodes_with_host_ports().contains(n));
  CHECK(w.nodes.changes().position() == logged);
}

TEST_CASE("nominations: a pod of equal or higher priority holds its room, but not against itself") {
  world w;
  w.placed(make_pod("a").request("cpu", "3"), "n1");
  w.placed(make_pod("b").request("cpu", "3"), "n2");
  fake_profile f;
  f.add<of<fake_filter>>("A", [](auto& a) { a.on_filter = needs_one_cpu; });
  const pod_info pod = w.nodes.intern(make_pod("p").priority(5));
  const auto nominate = [&](const char* name, int priority) {
    w.nodes.nominations().set(w.nodes.intern(make_pod(name).priority(priority).request("cpu", "1")), "n1");
  };
  nominate("lower", 4);
  CHECK_FALSE(refused(f, w.nodes, pod).starts_with("0/2"));
  nominate("equal", 5);
  CHECK(refused(f, w.nodes, pod) == "n2");
  w.nodes.nominations().set(w.nodes.intern(make_pod("higher").priority(6).request("cpu", "1")), "n2");
  CHECK(refused(f, w.nodes, pod) == "0/2 nodes are available: 2 full.");
  w.nodes.nominations().set(w.nodes.intern(make_pod("higher").priority(6).request("cpu", "1")), "n1");
  CHECK(refused(f, w.nodes, pod) == "n2");
  // Not against itself, nor for a lower one: both nodes are its own to take.
  w.nodes.nominations().set(w.nodes.intern(make_pod("equal").priority(5).request("cpu", "1")), "n2");
  CHECK_FALSE(
      refused(f, w.nodes, w.nodes.intern(make_pod("higher").priority(6).request("cpu", "1"))).starts_with("0/2"));
  CHECK(refused(f, w.nodes, pod) == "0/2 nodes are available: 2 full.");
  w.nodes.nominations().set(w.nodes.intern(make_pod("equal").priority(5).request("cpu", "1")), "n1");
  w.nodes.nominations().remove("default-higher");
  w.nodes.nominations().remove("default-equal");
  CHECK_FALSE(refused(f, w.nodes, pod).starts_with("0/2"));
}

TEST_CASE("filters_again: taking pods out and putting them back is known to plugins that keep a state") {
  world w;
  const pod_info a = w.placed(make_pod("a").request("cpu", "3"), "n1");
  const pod_info b = w.placed(make_pod("b").request("cpu", "1"), "n1");
  const pod_info stubborn = w.placed(make_pod("stubborn"), "n2");
  fake_profile f;
  f.add<counter>("C", [](auto&) {});
  std::vector<std::string> said;
  f.add<of<fake_filter>>("A", [](auto& x) { x.on_filter = needs_one_cpu; });
  f.add<of<fake_post_filter>>("P", [&](auto& p) {
    p.on_trial = [&](const pod_info&, filters_again& again) -> post_filter_result {
      const auto filtered = [&] { said.push_back(again.filter().message()); };
      again.begin(w.nodes.find_node("n1"));
      filtered();
      again.remove_pod(b);
      filtered();
      again.add_pod(b);
      again.remove_pod(a);
      filtered();
      again.remove_pod(b);
      again.add_pod(a);
      filtered();
      again.begin(w.nodes.find_node("n2"));
      filtered();
      said.push_back(again.remove_pod(stubborn).message());
      return {status::refuse("tried"), ""};
    };
  });
  CHECK(refused(f, w.nodes, w.nodes.intern(make_pod("p"))) == "0/2 nodes are available: 2 too many. tried");
  CHECK(said == std::vector<std::string>{"too many", "", "", "", "too many",
                                         "running RemovePod on PreFilter plugin \"C\": will not go"});
  CHECK(w.nodes.requested(cpu)[w.nodes.find_node("n1")] == 4000);
}
