#include "test/bench/hostile.hpp"
#include "k8s/codec/decode.hpp"
#include "test/bench/hostile_cluster.hpp"
#include "test/support/objects.hpp"
#include "test/support/seeds.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <variant>

#include <time.h>

/// Objects as large as the API server admits are decided as small ones are, and stand in nobody's way. What is linear
/// here ends in moments; where somebody compares each with each, this program ends by its time-out (see
/// CMakeLists.txt). How long each takes is measured by hostile_bench.
using namespace berth;
using namespace berth::scoring;
using namespace berth::test;
using berth::bench::all_plugins;
using berth::bench::came;
using berth::bench::gone;

namespace {

constexpr int node_count = 20;

struct small_cluster : bench::hostile_cluster {
  small_cluster() : hostile_cluster(node_count) {}

  // "fits", or the start of the message.
  std::string decide(const pod_info& pod) {
    const decision d = hostile_cluster::decide(pod);
    if (std::holds_alternative<placement>(d)) return "fits";
    if (const auto* broken = std::get_if<cycle_error>(&d)) return broken->message.substr(0, 60);
    return std::get<diagnosis>(d).message().substr(0, 60);
  }
  std::string decide_bystander() { return decide(nodes.intern(make_pod("bystander").cpu("10m"))); }
};

// A quarter in `make test`, the whole in `make test-long`.
std::size_t size_of(std::size_t most) { return number_from("BERTH_TEST_LONG", 0) != 0 ? most : most / 4; }

}  // namespace

TEST_CASE("hostile pods: the largest of each kind is decided, placed and gone, and a bystander is placed meanwhile" *
          doctest::test_suite("random")) {
  for (const bench::hostile_pod& kind : bench::hostile_pods()) {
    CAPTURE(kind.name);
    const auto many = kind.json(size_of(kind.most));
    const auto few = kind.json(3);
    const k8s::pod_ptr large = k8s::decode_pod(many).value(), small = k8s::decode_pod(few).value();
    small_cluster c;
    const pod_info pod = c.nodes.intern(large);
    const std::string decided = c.decide(pod);
    CHECK(decided.substr(0, 40) == c.decide(c.nodes.intern(small)).substr(0, 40));
    CHECK(c.decide(pod) == decided);  // the kept answers
    const std::string bystander = c.decide_bystander();
    c.nodes.place(pod, "node-1");
    CHECK(c.decide_bystander() == bystander);
    k8s::pod placed = *large;
    placed.node_name = "node-1";
    const k8s::node node = make_node("node-new").label("disk", "ssd");
    for (const std::string& plugin : all_plugins()) {
      CAPTURE(plugin);
      CHECK(c.judge.queueing_hint(pod, {plugin}, gone(placed)) ==
            c.judge.queueing_hint(c.nodes.intern(small), {plugin}, gone(placed)));
      CHECK(c.judge.queueing_hint(pod, {plugin}, came(node)) ==
            c.judge.queueing_hint(c.nodes.intern(small), {plugin}, came(node)));
    }
    c.nodes.remove(pod.pod->uid);
    CHECK(c.nodes.placed_count() == 0);
    CHECK(c.nodes.nodes_with_host_ports().empty());
    CHECK(c.decide(pod) == decided);
  }
}

TEST_CASE("hostile nodes: the largest of each kind comes and goes, and a bystander is placed beside it" *
          doctest::test_suite("random")) {
  for (const bench::hostile_node& kind : bench::hostile_nodes()) {
    CAPTURE(kind.name);
    const k8s::node_ptr node = k8s::decode_node(kind.json(size_of(kind.most))).value();
    small_cluster c;
    c.nodes.set_node(node);
    CHECK(c.decide_bystander() == "fits");
    k8s::node changed = *node;
    changed.labels.set("changed", "yes");
    c.nodes.set_node(std::make_shared<const k8s::node>(std::move(changed)));
    CHECK(c.decide_bystander() == "fits");
    c.nodes.remove_node("hostile");
    CHECK(c.decide_bystander() == "fits");
    CHECK(c.nodes.node_count() == node_count);
  }
}

TEST_CASE("hostile pods against hostile nodes: taints by the thousand, tolerated by the thousand") {
  small_cluster c;
  for (const bench::hostile_node& kind : bench::hostile_nodes())
    if (std::string_view(kind.name).find("taints") != std::string_view::npos)
      c.nodes.set_node(k8s::decode_node(kind.json(size_of(kind.most))).value());
  for (const bench::hostile_pod& kind : bench::hostile_pods())
    if (std::string_view(kind.name) == "tolerations")
      CHECK(c.decide(c.nodes.intern(k8s::decode_pod(kind.json(size_of(kind.most))).value())) == "fits");
}

namespace {

// Of this thread alone, so that others who need the processor do not count. The least of three.
double cpu_seconds(const std::function<void()>& work) {
  double least = 0;
  for (int i = 0; i < 3; ++i) {
    const auto now = [] {
      timespec t{};
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
    };
    const double began = now();
    work();
    const double took = now() - began;
    if (i == 0 || took < least) least = took;
  }
  return least;
}

// Eight times as much of something costs eight times as much where the work is linear, 10 where it is sorted, 64 where
// each is compared with each. Looked at several times: that all of them are three times too slow does not happen.
bool grows_linearly(const std::function<void()>& with_few, const std::function<void()>& with_many) {
  constexpr double most = 30;
  constexpr double too_short_to_matter = 0.02;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const double many = cpu_seconds(with_many);
    if (many < too_short_to_matter || many < most * cpu_seconds(with_few)) return true;
  }
  return false;
}

void live_through(small_cluster& c, const k8s::pod_ptr& decoded) {
  const pod_info pod = c.nodes.intern(decoded);
  c.decide(pod);
  c.nodes.place(pod, "node-1");
  k8s::pod placed = *decoded;
  placed.node_name = "node-1";
  for (const std::string& plugin : all_plugins()) c.judge.queueing_hint(pod, {plugin}, gone(placed));
  c.nodes.remove(pod.pod->uid);
}

}  // namespace

TEST_CASE("hostile pods: eight times as large, they cost about eight times as much" * doctest::test_suite("long")) {
  for (const bench::hostile_pod& kind : bench::hostile_pods()) {
    CAPTURE(kind.name);
    const std::string few = kind.json(kind.most / 8), many = kind.json(kind.most);
    CHECK(grows_linearly([&] { (void)k8s::decode_pod(few).value(); }, [&] { (void)k8s::decode_pod(many).value(); }));
    const k8s::pod_ptr small = k8s::decode_pod(few).value(), large = k8s::decode_pod(many).value();
    small_cluster c;
    CHECK(grows_linearly([&] { live_through(c, small); }, [&] { live_through(c, large); }));
  }
}

TEST_CASE("hostile nodes: eight times as large, they cost about eight times as much" * doctest::test_suite("long")) {
  for (const bench::hostile_node& kind : bench::hostile_nodes()) {
    CAPTURE(kind.name);
    const std::string few = kind.json(kind.most / 8), many = kind.json(kind.most);
    const auto come_and_go = [](const std::string& text) {
      small_cluster c;
      c.nodes.set_node(k8s::decode_node(text).value());
      c.decide_bystander();
      c.nodes.remove_node("hostile");
    };
    CHECK(grows_linearly([&] { come_and_go(few); }, [&] { come_and_go(many); }));
  }
}
