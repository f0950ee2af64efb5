#include "test/controller/webhook/extender_rig.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

const char* const limited = R"([{schedulerName: berth, plugins: {multiPoint: {enabled: [{name: MaxPodCount}]}},
  pluginConfig: [{name: MaxPodCount, args: {limit: 2, message: "no more than {limit}"}}]}])";
const char* const plain = "[{schedulerName: berth}]";

std::string asks_cpu(const char* amount) {
  return R"(,"resources":{"requests":{"cpu":")" + std::string(amount) + "\"}}";
}

std::string names_of(const std::string& pod, const std::string& names) {
  return R"({"Pod":)" + pod + R"(,"Nodes":null,"NodeNames":)" + names + "}";
}
std::string nodes_of(const std::string& pod, const std::string& items) {
  return R"({"Pod":)" + pod + R"(,"Nodes":{"metadata":{},"items":)" + items + R"(},"NodeNames":null})";
}
std::string error_only(const std::string& error) {
  return R"({"Nodes":null,"NodeNames":null,"FailedNodes":{},"FailedAndUnresolvableNodes":{},"Error":")" + error + "\"}";
}

}  // namespace

TEST_CASE("extender filter: names come back as names, those refused with the plugin's reason by their code") {
  extender_rig r(plain);
  r.list({make_node("big").cpu("8"), make_node("small").cpu("2"), make_node("closed").unschedulable()});
  r.pods().applied(make_pod("there").cpu("1").on("small"));
  CHECK(r.post("/filter", names_of(pod_text("a", asks_cpu("2")), R"(["small","big","closed","new"])")) ==
        R"({"Nodes":null,"NodeNames":["big"],"FailedNodes":{"small":"Insufficient cpu"},)"
        R"x("FailedAndUnresolvableNodes":{"closed":"node(s) were unschedulable","new":"the node is not known (yet)"},)x"
        R"("Error":""})");
}

TEST_CASE("extender filter: whole nodes come back byte by byte; one that is not known is judged as it was sent") {
  extender_rig r(plain);
  r.list({make_node("big").cpu("8")});
  const std::string known = R"({"metadata":{"name":"big"}, "odd" : [1.50] })";
  const std::string fresh =
      R"({"metadata":{"name":"fresh"},"status":{"allocatable":{"cpu":"4","memory":"8Gi","pods":"10"}}})";
  const std::string tiny = R"({"metadata":{"name":"tiny"},"status":{"allocatable":{"cpu":"1","pods":"10"}}})";
  const std::string answer =
      r.post("/filter", nodes_of(pod_text("a", asks_cpu("2")), "[" + known + "," + fresh + "," + tiny + "]"));
  CHECK(answer == R"({"Nodes":{"metadata":{},"items":[)" + known + "," + fresh +
                      R"(]},"NodeNames":null,"FailedNodes":{},)"
                      R"("FailedAndUnresolvableNodes":{"tiny":"Insufficient cpu"},"Error":""})");
  CHECK(r.cache.index().node_count() == 1);
  CHECK(r.cache.index().find_node("fresh") == scoring::no_node);
}

TEST_CASE("extender filter: what cannot be answered is said in Error, with status 200") {
  extender_rig r("[{schedulerName: berth}, {schedulerName: other}]");
  CHECK(r.post("/filter", names_of(pod_text("a"), "[]")) ==
        error_only("nodes, pods and namespaces were not all listed yet"));
  r.list({make_node("n1")});
  const auto half = r.ask("POST", "/filter", "{\"Pod\":");
  CHECK(half.status == 200);
  CHECK(half.body.find(R"("Error":"ExtenderArgs: )") != std::string::npos);
  CHECK(r.post("/filter", "{}") == error_only("Pod: missing"));
  CHECK(r.post("/filter", R"({"Pod":{"metadata":{}}})") == error_only("Pod: metadata.name: missing"));
  CHECK(r.post("/filter", R"({"Pod":)" + pod_text("a") + "}") == error_only("neither Nodes nor NodeNames was sent"));
  CHECK(r.post("/filter", names_of(pod_text("a"), R"(["n1",""])")) == error_only("NodeNames[1]: no name"));
  CHECK(r.post("/filter", nodes_of(pod_text("a"), "[null]")) == error_only("Nodes.items[0]: no name"));
  CHECK(r.post("/filter", names_of(R"({"metadata":{"name":"a"},"spec":{"schedulerName":"who"}})", "[]")) ==
        error_only(R"(no profile is called \"who\", the pod's schedulerName)"));
}

TEST_CASE("extender filter: with one profile every pod is its own, whatever its schedulerName") {
  extender_rig r(plain);
  r.list({make_node("n1")});
  const std::string pod = R"({"metadata":{"name":"a","uid":"u"},"spec":{"containers":[]}})";
  CHECK(r.post("/filter", names_of(pod, R"(["n1"])")).find(R"("NodeNames":["n1"])") != std::string::npos);
}

TEST_CASE("extender filter: a pod whose binding is on the way does not count against itself") {
  extender_rig r(limited);
  r.list({make_node("n1")});
  for (const char* name : {"a", "b"}) r.api.create_pod(make_pod(name));
  r.post("/bind", binding_text("a", "n1"));
  r.watching = false;  // b stays assumed
  r.post("/bind", binding_text("b", "n1"));
  REQUIRE(r.cache.is_assumed("default-b"));
  CHECK(r.post("/filter", names_of(pod_text("b"), R"(["n1"])")).find(R"("NodeNames":["n1"])") != std::string::npos);
  CHECK(r.post("/filter", names_of(pod_text("c"), R"(["n1"])")).find("no more than 2") != std::string::npos);
  CHECK(r.cache.is_assumed("default-b"));
}

TEST_CASE("extender prioritize: the weighted total on a scale to 10, in the order of the nodes") {
  extender_rig r(
      R"([{schedulerName: berth, plugins: {multiPoint: {disabled: [{name: "*"}], enabled: [{name: PrioritySort},
    {name: DefaultBinder}]}, score: {enabled: [{name: NodeLabelScore, weight: 5}]}},
    pluginConfig: [{name: NodeLabelScore, args: {label: speed}}]}])");
  r.list({make_node("slow").label("speed", "0"), make_node("fast").label("speed", "20"),
          make_node("middle").label("speed", "9")});
  const std::string expected =
      R"([{"Host":"middle","Score":5},{"Host":"slow","Score":0},{"Host":"fast","Score":10},{"Host":"who","Score":0}])";
  CHECK(r.post("/prioritize", names_of(pod_text("a"), R"(["middle","slow","fast","who"])")) == expected);
  CHECK(r.post("/priority", names_of(pod_text("a"), R"(["fast"])")).find("fast") != std::string::npos);
  CHECK(r.post("/prioritize", "garbage") == "[]");
  CHECK(r.post("/prioritize", "{}") == "[]");
}

TEST_CASE("extender preempt: nodes stay on which the pod fits without the victims, as uids") {
  extender_rig r(plain);
  r.list({make_node("n1").cpu("4"), make_node("n2").cpu("4")});
  for (const char* name : {"v1", "v2"}) r.pods().applied(make_pod(name).cpu("2").on("n1"));
  r.pods().applied(make_pod("w1").cpu("1").on("n2"));
  r.pods().applied(make_pod("w2").cpu("3").on("n2"));
  const std::string pod = pod_text("a", asks_cpu("2"));
  const std::string kept = R"({"NodeNameToMetaVictims":{"n1":{"Pods":[{"UID":"default-v1"}],"NumPDBViolations":1}}})";
  CHECK(r.post("/preempt", R"({"Pod":)" + pod +
                               R"(,"NodeNameToMetaVictims":{"n1":{"Pods":[{"UID":"default-v1"}],"NumPDBViolations":1},
                               "n2":{"Pods":[{"UID":"default-w1"}]},"who":{"Pods":[]}}})") == kept);
  CHECK(r.post("/preempt", R"({"Pod":)" + pod + R"(,"NodeNameToVictims":{"n1":{"Pods":[)" + pod_text("v1") +
                               R"(],"NumPDBViolations":1},"n2":{"Pods":[)" + pod_text("w1") + "]}}}") == kept);
  CHECK(r.cache.index().placed_count() == 4);
  CHECK(r.ask("POST", "/preempt", "[]").status == 400);
  CHECK(r.ask("POST", "/preempt", R"({"Pod":)" + pod + "}").body ==
        "neither NodeNameToVictims nor NodeNameToMetaVictims was sent\n");
}

TEST_CASE("extender paths: POST only, and GET for what is asked beside them") {
  extender_rig r(plain);
  for (const char* path : {"/filter", "/prioritize", "/priority", "/preempt", "/bind"}) {
    const auto refused = r.ask("GET", path);
    CHECK(refused.status == 405);
    CHECK(refused.allow == "POST");
  }
  CHECK(r.ask("GET", "/healthz").body == "ok");
  CHECK(r.ask("POST", "/healthz").allow == "GET, HEAD");
  CHECK(r.ask("POST", "/nothing").status == 404);
  CHECK(r.ask("GET", "/filter/").status == 404);
}

TEST_CASE("extender metrics: requests, latency and sizes by verb; an error counts as one, whatever its status") {
  extender_rig r(plain);
  r.list({make_node("n1")});
  const auto shows = [&](const std::string& line) { return r.metrics.text().find(line + "\n") != std::string::npos; };
  CHECK(shows("berth_extender_requests_total{result=\"error\",verb=\"bind\"} 0"));
  const std::string asked = names_of(pod_text("a"), R"(["n1"])");
  const std::string answered = r.post("/filter", asked);
  r.post("/filter", "garbage");
  r.post("/priority", asked);
  r.ask("POST", "/preempt", "[]");
  r.ask("GET", "/filter");
  CHECK(shows("berth_extender_requests_total{result=\"success\",verb=\"filter\"} 1"));
  CHECK(shows("berth_extender_requests_total{result=\"error\",verb=\"filter\"} 1"));
  CHECK(shows("berth_extender_requests_total{result=\"success\",verb=\"prioritize\"} 1"));
  CHECK(shows("berth_extender_requests_total{result=\"error\",verb=\"preempt\"} 1"));
  CHECK(shows("berth_extender_request_duration_seconds_count{verb=\"filter\"} 2"));
  CHECK(shows("berth_extender_request_size_bytes_sum{verb=\"prioritize\"} " + std::to_string(asked.size())));
  CHECK(shows("berth_extender_response_size_bytes_count{verb=\"filter\"} 2"));
  CHECK(answered.find("n1") != std::string::npos);
}
