#include "scoring/resource_column.hpp"
#include "test/scoring/plugins/one_plugin.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <variant>

/// Which resources have columns is a matter of speed alone: verdicts and scores are what they would be if all had, in
/// whatever order pods and nodes come and name them.
using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

constexpr auto gpu = "acme.io/gpu";
constexpr auto lacks_gpu = "UnschedulableAndUnresolvable: Insufficient acme.io/gpu";

std::string filler(std::size_t i) { return "example.com/r" + std::to_string(i); }

make_pod wants_gpu(std::string name = "p") { return make_pod(std::move(name)).request(gpu, "1"); }

// Pods of specs of their own, placed, that name more resources than there are numbers.
void name_many_by_pods(one_plugin& fit) {
  for (std::size_t i = 0; i < 2 * resource_names::most; ++i)
    fit.placed(make_pod("x" + std::to_string(i)).request(filler(i), "1").on("elsewhere"));
}

// A node that has more resources than there are numbers.
make_node rich_node(std::string name, std::string_view amount = "1") {
  make_node n(std::move(name));
  for (std::size_t i = 0; i < resource_names::most; ++i) n.allocatable(filler(i), amount);
  return n;
}

bool has_number(one_plugin& fit, std::string_view resource) {
  return fit.nodes().resources().find(resource) != nullptr;
}

// The way that `run` decides, with answers that are kept from cycle to cycle.
bool finds_a_node(one_plugin& fit, const k8s::pod_ptr& pod) {
  cycle_state cycle;
  std::mt19937_64 random(1);
  return std::holds_alternative<placement>(fit.at_work().schedule(fit.nodes().intern(pod), fit.nodes(), cycle, random));
}

}  // namespace

TEST_CASE("resource numbers: a node brings a resource after pods have named more than there are numbers for") {
  one_plugin fit("NodeResourcesFit");
  fit.node(make_node("n"));
  name_many_by_pods(fit);
  const k8s::pod_ptr pod = wants_gpu();
  CHECK(fit.verdict(pod) == lacks_gpu);
  CHECK_FALSE(finds_a_node(fit, pod));
  fit.node(make_node("n").allocatable(gpu, "1"));
  CHECK(has_number(fit, gpu));
  CHECK(finds_a_node(fit, pod));
  CHECK(fit.verdict(pod) == "fits");
  CHECK(fit.verdict(wants_gpu("another of the spec")) == "fits");
}

TEST_CASE("resource numbers: pods take none") {
  one_plugin fit("NodeResourcesFit");
  name_many_by_pods(fit);
  CHECK(fit.nodes().resources().size() == first_scalar);
}

TEST_CASE("resource numbers: what pods hold counts when their node brings the resource later") {
  one_plugin fit("NodeResourcesFit");
  fit.node(make_node("n"));
  fit.placed(wants_gpu("early").on("n"));
  fit.placed(wants_gpu("elsewhere").on("m"));  // a node that is not known yet
  fit.node(make_node("n").allocatable(gpu, "2"));
  CHECK(fit.verdict(wants_gpu("second"), "n") == "fits");
  fit.placed(wants_gpu("second").on("n"));
  CHECK(fit.verdict(wants_gpu("third"), "n") == "Unschedulable: Insufficient acme.io/gpu");
  fit.node(make_node("m").allocatable(gpu, "1"));
  CHECK(fit.verdict(wants_gpu("third"), "m") == "Unschedulable: Insufficient acme.io/gpu");
  fit.gone("default-elsewhere");
  CHECK(fit.verdict(wants_gpu("third"), "m") == "fits");
}

TEST_CASE("resource numbers: a node's resources beyond all numbers are judged by name") {
  one_plugin fit("NodeResourcesFit");
  fit.node(rich_node("rich"));
  fit.node(make_node("late").allocatable(gpu, "2"));
  REQUIRE_FALSE(has_number(fit, gpu));
  CHECK(fit.verdict(wants_gpu(), "late") == "fits");
  CHECK(fit.verdict(wants_gpu(), "rich") == lacks_gpu);
  fit.placed(wants_gpu("a").on("late")).placed(wants_gpu("b").on("late"));
  CHECK(fit.verdict(wants_gpu(), "late") == "Unschedulable: Insufficient acme.io/gpu");
  CHECK(fit.verdict(make_pod("q").request("acme.io/none", "1"), "late") ==
        "UnschedulableAndUnresolvable: Insufficient acme.io/none");
}

TEST_CASE("resource numbers: they are free again when no node has the resource, whoever still asks for it") {
  one_plugin fit("NodeResourcesFit");
  fit.node(rich_node("rich"));
  fit.placed(make_pod("asks").request(filler(0), "1").on("rich"));
  SUBCASE("the node goes") { fit.nodes().remove_node("rich"); }
  SUBCASE("the node loses them") { fit.node(make_node("rich")); }
  const k8s::pod_ptr pod = wants_gpu();
  fit.node(make_node("n").allocatable(gpu, "1"));
  CHECK(has_number(fit, gpu));
  CHECK(fit.verdict(pod, "n") == "fits");
  CHECK(fit.verdict(make_pod("q").request(filler(0), "1"), "n") ==
        "UnschedulableAndUnresolvable: Insufficient example.com/r0");
}

TEST_CASE("resource numbers: a resource that found none gets one with the next node that brings it") {
  one_plugin fit("NodeResourcesFit");
  fit.node(rich_node("rich")).node(make_node("first").allocatable(gpu, "1"));
  fit.placed(wants_gpu("a").on("first"));
  REQUIRE_FALSE(has_number(fit, gpu));
  fit.nodes().remove_node("rich");
  fit.node(make_node("second").allocatable(gpu, "1"));
  REQUIRE(has_number(fit, gpu));
  CHECK(fit.verdict(wants_gpu(), "first") == "Unschedulable: Insufficient acme.io/gpu");
  CHECK(fit.verdict(wants_gpu(), "second") == "fits");
  fit.nodes().remove_node("second");
  fit.gone("default-a");
  CHECK(fit.verdict(wants_gpu(), "first") == "fits");
}

TEST_CASE("resource numbers: a reservation that names a resource first takes nothing from the node that brings it") {
  one_plugin reservation("NodeReservation");
  const auto reserved = [](make_node n) { return n.annotation("reserve.gpu/x", "1"); };
  const k8s::pod_ptr pod = make_pod("p").request("requests.example.com/gpu", "1").request(gpu, "1");
  reservation.node(reserved(make_node("n")));
  CHECK(reservation.nodes().resources().size() == first_scalar);
  reservation.node(reserved(make_node("n").allocatable(gpu, "1")));
  CHECK(reservation.verdict(pod) == "fits");  // "gpu" is another name
}

TEST_CASE("resource numbers: a resource that the configuration scores by counts whether it has a number or not") {
  for (const bool numbered : {true, false}) {
    CAPTURE(numbered);
    one_plugin fit("NodeResourcesFit",
                   R"({"scoringStrategy": {"type": "MostAllocated", "resources": [{"name": "acme.io/gpu"}]}})",
                   only_scored);
    if (!numbered) fit.node(rich_node("a rich one"));
    fit.node(make_node("b").allocatable(gpu, "4")).node(make_node("c").allocatable(gpu, "2"));
    fit.placed(wants_gpu("x").on("c"));
    REQUIRE(has_number(fit, gpu) == numbered);
    const std::vector<std::int64_t> scores = fit.scores(wants_gpu());
    CHECK(scores == (numbered ? std::vector<std::int64_t>{25, 100} : std::vector<std::int64_t>{0, 25, 100}));
  }
}

TEST_CASE("resource numbers: whatever comes and goes, verdicts are what sums by name say") {
  std::mt19937 random(7);
  const auto some = [&](std::size_t below) { return random() % below; };
  // More kinds than numbers, so that numbers are short all the time.
  constexpr std::size_t kinds = resource_names::most + 40;
  one_plugin fit("NodeResourcesFit");
  std::map<std::string, std::map<std::string, std::int64_t>> has;     // by node, by resource
  std::map<std::string, std::map<std::string, std::int64_t>> held;    // the same, of pods that are placed
  std::map<std::string, std::pair<std::string, std::string>> placed;  // by uid: node and resource
  for (int step = 0; step < 1500; ++step) {
    const std::string node = "n" + std::to_string(some(4));
    const std::string resource = filler(some(kinds));
    switch (some(6)) {
      case 0: {
        has[node].clear();
        make_node n(node);
        n.pods("100000");
        const std::size_t many = some(3) == 0 ? resource_names::most : 20;
        for (std::size_t i = 0; i < many; ++i) {
          const std::string name = filler(some(kinds));
          has[node][name] = static_cast<std::int64_t>(1 + some(3));
          n.allocatable(name, std::to_string(has[node][name]));
        }
        fit.node(n);
        break;
      }
      case 1:
        has.erase(node);
        fit.nodes().remove_node(node);
        break;
      case 2:
        if (placed.empty()) break;
        fit.gone(placed.begin()->first);
        --held[placed.begin()->second.first][placed.begin()->second.second];
        placed.erase(placed.begin());
        break;
      default: {
        const std::string name = "p" + std::to_string(step);
        fit.placed(make_pod(name).request(resource, "1").on(node));
        placed["default-" + name] = {node, resource};
        ++held[node][resource];
      }
    }
    for (const auto& [name, amounts] : has) {
      const auto there = amounts.find(resource);
      const std::int64_t capacity = there == amounts.end() ? 0 : there->second;
      const std::string expected = 1 > capacity                          ? "UnschedulableAndUnresolvable"
                                   : 1 > capacity - held[name][resource] ? "Unschedulable"
                                                                         : "fits";
      REQUIRE(fit.verdict(make_pod("asks").request(resource, "1"), name).substr(0, expected.size() + 1) ==
              (expected == "fits" ? expected : expected + ":"));
      REQUIRE(fit.nodes().requested_of(fit.nodes().find_node(name), resource) == held[name][resource]);
    }
  }
}
