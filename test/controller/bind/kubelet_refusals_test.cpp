#include "controller/bind/kubelet_refusals.hpp"

#include "test/controller/world.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

const k8s::object_key web{"default", "web"};

std::string pod_text(std::string_view status, std::string_view uid = "default-web") {
  return fmt::format(R"({{"kind":"Pod","apiVersion":"v1","metadata":{{"namespace":"default","name":"web","uid":"{}"}},)"
                     R"("spec":{{"nodeName":"n1","containers":[{{"name":"main"}}]}},"status":{}}})",
                     uid, status);
}

constexpr std::string_view out_of_cpu =
    R"({"phase":"Failed","reason":"OutOfcpu","message":"Pod was rejected: Node didn't have enough resource: cpu"})";

/// A pod "web" that is bound to n1, and a kubelet.
struct kubelet_world : world {
  kubelet_world() {
    api.others = [this](const request& r) -> std::optional<k8s::result<std::string>> {
      if (r.method == "GET" && r.path.ends_with("/pods/web") && !status.empty()) return pod_text(status);
      return std::nullopt;
    };
    list({make_node("n1").cpu("4")});
    create(make_pod("early").scheduler("other").on("n1"));
    create(make_pod("web").cpu("2"));
    advance(1s);
    REQUIRE(node_of("web") == "n1");
  }
  /// As a watch shows it that leaves ended pods out.
  void ends(std::string_view as) {
    status = as;
    pods().removed(std::make_shared<const k8s::pod>(api.pods.at(web)));
  }
  std::string refusals(const std::string& reason) {
    const std::string line = fmt::format("berth_kubelet_refusals_total{{reason=\"{}\"}} ", reason);
    const std::string text = metrics.text();
    const std::size_t at = text.find(line);
    REQUIRE(at != std::string::npos);
    return text.substr(at + line.size(), text.find('\n', at) - at - line.size());
  }
  const journey& told() { return *scheduler.journeys().find("default", "web"); }
  std::size_t reads() const { return api.count("GET", "/pods/web"); }

  std::string status;
};

}  // namespace

TEST_CASE_FIXTURE(kubelet_world, "kubelet refusals: why a bound pod is not run is logged, traced and counted") {
  CHECK(refusals("OutOfcpu") == "0");
  create(make_pod("theirs").scheduler("other").cpu("3").on("n1"));
  advance(1s);
  ends(out_of_cpu);
  advance(1s);
  CHECK(refusals("OutOfcpu") == "1");
  CHECK(state_of(told()) == "rejected");
  CHECK(told().steps.back().words->text ==
        "OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu "
        "(a pod of other schedulers came to the node after it was chosen)");
  CHECK(logged("A kubelet refused a pod that was bound to its node") == 1);
}

TEST_CASE_FIXTURE(kubelet_world, "kubelet refusals: nobody else is named where nobody else came") {
  ends(out_of_cpu);
  advance(1s);
  CHECK(told().steps.back().words->text == "OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu");
}

TEST_CASE_FIXTURE(kubelet_world, "kubelet refusals: a reason that others may choose is counted as other") {
  ends(R"({"phase":"Failed","reason":"OutOfacme.io/gpu"})");
  advance(1s);
  CHECK(refusals("other") == "1");
  CHECK(told().steps.back().words->text == "OutOfacme.io/gpu");
}

TEST_CASE_FIXTURE(kubelet_world, "kubelet refusals: a pod that was started, or is being deleted, is not asked about") {
  SUBCASE("started") {
    api.change_pod(web, [](k8s::pod& p) { p.started = k8s::timestamp{}; });
  }
  SUBCASE("being deleted") {
    api.change_pod(web, [](k8s::pod& p) { p.deleted = k8s::timestamp{}; });
  }
  const std::size_t before = reads();
  ends(out_of_cpu);
  advance(10s);
  CHECK(reads() == before);
  CHECK(state_of(told()) == "deleted");
}

TEST_CASE_FIXTURE(kubelet_world, "kubelet refusals: a pod that is gone was refused by nobody") {
  const std::size_t before = reads();
  remove("web");
  advance(60s);
  CHECK(reads() == before + 1);
  CHECK(refusals("OutOfcpu") == "0");
  CHECK(state_of(told()) == "deleted");
}

TEST_CASE_FIXTURE(kubelet_world, "kubelet refusals: a server that does not answer is asked again") {
  api.down = true;
  ends(out_of_cpu);
  advance(20s);
  CHECK(refusals("OutOfcpu") == "0");
  api.down = false;
  advance(20s);
  CHECK(refusals("OutOfcpu") == "1");
}

TEST_CASE_FIXTURE(kubelet_world, "kubelet refusals: a pod of another scheduler is its own affair") {
  create(make_pod("theirs").scheduler("other").on("n1"));
  const std::size_t before = api.requests.size();
  remove("theirs");
  advance(1s);
  CHECK(api.requests.size() == before);
}

// kube-state-metrics 1145 and 2969, OSMO 1036, ocs-ci 12362, kubernetes/website 47264, kubernetes 106884, 121061.
TEST_CASE("kubelet refusals: the words of kubelets, as people reported them") {
  const struct {
    std::string_view reason, message, text;
  } reported[] = {
      {"OutOfcpu",
       "Pod was rejected: Node didn't have enough resource: cpu, requested: 150, used: 11388, capacity: 11500",
       "OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu, requested: 150, used: 11388, capacity: "
       "11500"},
      {"OutOfPods", "Node didn't have enough resource: pods, requested: 1, used: 32, capacity: 32",
       "OutOfPods: Node didn't have enough resource: pods, requested: 1, used: 32, capacity: 32"},
      {"OutOfnvidia.com/gpu",
       "Pod Node didn't have enough resource: nvidia.com/gpu, requested: 1, used: 8, capacity: 8",
       "OutOfnvidia.com/gpu: Pod Node didn't have enough resource: nvidia.com/gpu, requested: 1, used: 8, capacity: 8"},
      {"UnexpectedAdmissionError",
       "Pod Unexpected error while attempting to recover from admission failure: preemption: error finding a set of "
       "pods "
       "to preempt: no set of running pods found to reclaim resources: [(res: pods, q: 1), ]",
       "UnexpectedAdmissionError: Pod Unexpected error while attempting to recover from admission failure: preemption: "
       "error finding a set of pods to preempt: no set of running pods found to reclaim resources: [(res: pods, q: 1), "
       "]"},
      {"NodeShutdown", "Pod was rejected as the node is shutting down.",
       "NodeShutdown: Pod was rejected as the node is shutting down."},
      {"TopologyAffinityError", "", "TopologyAffinityError"},
      {"UnexpectedAdmissionError", "Allocate failed:\\n rpc error",
       "UnexpectedAdmissionError: Allocate failed:? rpc error"},
  };
  for (const auto& r : reported) {
    const auto found = refusal_in(
        pod_text(fmt::format(R"({{"phase":"Failed","reason":"{}","message":"{}","startTime":"2020-04-19T19:30:12Z"}})",
                             r.reason, r.message)),
        web, "default-web");
    REQUIRE(found.has_value());
    CHECK(text_of(*found) == r.text);
  }
}

TEST_CASE("kubelet refusals: only a failed pod of that uid with a reason was refused") {
  CHECK(refusal_in(pod_text(out_of_cpu), web, "default-web")->reason == "OutOfcpu");
  CHECK_FALSE(refusal_in(pod_text(out_of_cpu, "another"), web, "default-web").has_value());
  CHECK_FALSE(refusal_in(pod_text(R"({"phase":"Failed"})"), web, "default-web").has_value());
  CHECK_FALSE(refusal_in(pod_text(R"({"phase":"Pending","reason":"OutOfcpu"})"), web, "default-web").has_value());
  CHECK_FALSE(refusal_in(pod_text(R"({"phase":"Failed","reason":"Evicted","containerStatuses":[{"name":"main"}]})"),
                         web, "default-web")
                  .has_value());
  CHECK_FALSE(refusal_in("<html>", web, "default-web").has_value());
}

TEST_CASE("kubelet refusals: a replica that does not lead asks nothing") {
  world standby(settings_with(32), scoring::default_registry(), default_configuration("berth"), nobody, false);
  standby.list({make_node("n1").cpu("4")});
  standby.create(make_pod("web").cpu("2").on("n1"));
  standby.remove("web");
  standby.advance(1s);
  CHECK(standby.api.count("GET", "/pods/web") == 0);
}
