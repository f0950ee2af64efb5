#include "controller/offline/judge.hpp"
#include "scoring/make_plugin.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

/// What `explain` and `simulate` say is what `run` does: judge() is the one, and rehearse() makes the decision of a
/// running scheduler beside it.
using namespace berth;
using namespace berth::controller;

namespace {

using names = std::vector<std::string>;

const scoring::registry& plugins() {
  static const scoring::registry all = scoring::default_registry();
  return all;
}

std::string node(const std::string& name, const std::string& status = "allocatable: {cpu: 4, memory: 8Gi, pods: 110}",
                 const std::string& labels = "") {
  return "--- {apiVersion: v1, kind: Node, metadata: {name: " + name + ", labels: {" + labels + "}}, status: {" +
         status + "}}\n";
}

std::string pod(const std::string& name, const std::string& cpu, const std::string& spec = "",
                const std::string& status = "") {
  return "--- {apiVersion: v1, kind: Pod, metadata: {name: " + name + "}, spec: {" + spec +
         "containers: [{name: c, image: i, resources: {requests: {cpu: '" + cpu + "'}}}]}, status: {" + status + "}}\n";
}

std::string preferring(const std::string& expression) {
  return "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 10, preference: "
         "{matchExpressions: [" +
         expression + "]}}]}}, ";
}

struct both {
  judged_pod judged;
  judged_pod rehearsed;
};
both decide(const std::string& cluster, const std::string& pod = "p") {
  return {judge(plugins(), "", cluster).pod(pod), rehearse(plugins(), "", cluster).pod(pod)};
}

}  // namespace

TEST_CASE("explain: the nominated node is taken first, however well others score") {
  const std::string busy = pod("q", "3", "nodeName: n1, ");
  const both p = decide(node("n1") + node("n2") + busy + pod("p", "1", "", "nominatedNodeName: n1"));
  CHECK(p.judged.best == names{"n1"});
  CHECK(p.rehearsed.placed_on == "n1");
  CHECK(p.judged.nodes.size() == 2);
  CHECK(p.judged.node("n2").total > p.judged.node("n1").total);
  CHECK(judge(plugins(), "", node("n1") + node("n2") + busy + pod("p", "1", "", "nominatedNodeName: n1"))
            .text.find("fits 2 of 2 nodes, best: n1, its nominated node") != std::string::npos);
}

TEST_CASE("explain: where the nominated node does not fit, or is none, the others are looked at") {
  const std::string full = pod("q", "4", "nodeName: n1, ");
  for (const char* nominated : {"n1", "n9"}) {
    const both p =
        decide(node("n1") + node("n2") + full + pod("p", "1", "", std::string("nominatedNodeName: ") + nominated));
    CHECK(p.judged.best == names{"n2"});
    CHECK(p.rehearsed.placed_on == "n2");
  }
}

TEST_CASE("explain: a single node that fits is taken whatever its score would be, or what goes wrong in it") {
  const std::string unparsable = preferring("{key: num, operator: Gt, values: ['150.1']}");
  const both p = decide(node("n1") + node("n2", "allocatable: {pods: 0}") + pod("p", "1", unparsable));
  CHECK(p.judged.best == names{"n1"});
  CHECK(p.judged.message.empty());
  CHECK(p.rehearsed.placed_on == "n1");
  const both scored = decide(node("n1") + pod("p", "1"));
  CHECK(scored.judged.node("n1").scores.contains("NodeResourcesFit"));
  CHECK(scored.judged.node("n1").total > 0);
}

TEST_CASE("explain: preferred terms that do not parse are the error of a running scheduler, with the path") {
  const auto message = [](const std::string& expression) {
    const both p = decide(node("n1") + node("n2") + pod("p", "1", preferring(expression)));
    CHECK(p.judged.best.empty());
    CHECK(p.rehearsed.placed_on.empty());
    return p.judged.message;
  };
  const std::string begin = "running PreScore plugin \"NodeAffinity\": [0].matchExpressions[0].";
  CHECK(message("{key: num, operator: Gt, values: ['150.1']}") ==
        begin + "values[0]: Invalid value: \"150.1\": for 'Gt', 'Lt' operators, the value must be an integer");
  CHECK(message("{key: num, operator: Gt, values: ['5', '5']}") ==
        begin + "values: Invalid value: [\"5\",\"5\"]: for 'Gt', 'Lt' operators, exactly one value is required");
  CHECK(
      message("{key: zone, operator: In, values: ['-bad-']}")
          .starts_with(begin + "values[0][zone]: Invalid value: \"-bad-\": a valid label must be an empty string or"));
}

TEST_CASE("explain: values are counted as written") {
  const auto required = [](const std::string& values) {
    return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
           "[{matchExpressions: [{key: num, operator: Gt, values: " +
           values + "}]}]}}}, ";
  };
  const std::string nodes = node("n1", "allocatable: {cpu: 4, pods: 9}", "num: '8'");
  CHECK(decide(nodes + pod("p", "1", required("['5']"))).judged.best == names{"n1"});
  const both twice = decide(nodes + pod("p", "1", required("['5', '5']")));
  CHECK(
      twice.judged.message.starts_with("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector"));
  CHECK(twice.rehearsed.placed_on.empty());
}

TEST_CASE("explain: a node of a file that has capacity alone can give all of it away") {
  const both p = decide(node("n1", "capacity: {cpu: 4, pods: 110}") + pod("p", "4"));
  CHECK(p.judged.best == names{"n1"});
  CHECK(p.rehearsed.placed_on == "n1");
}

TEST_CASE("explain: a pod that is resized from 3 cpu to 1 holds 3 until its status says 1") {
  const auto cluster = [](const std::string& actual) {
    const std::string reported = "{cpu: " + actual + "}";
    return node("n1") +
           pod("r", "1", "nodeName: n1, ",
               "phase: Running, allocatedResources: " + reported + ", resources: {requests: " + reported +
                   "}, containerStatuses: [{name: c, allocatedResources: " + reported +
                   ", resources: {requests: " + reported + "}}]") +
           pod("p", "2");
  };
  CHECK(decide(cluster("3")).judged.message.starts_with("0/1 nodes are available: 1 Insufficient cpu"));
  CHECK(decide(cluster("1")).judged.best == names{"n1"});
}

// kubernetes/kubernetes#129532, #135107 and #117765; kai-scheduler/KAI-Scheduler#2021.
TEST_CASE("explain: pods of public reports on resizing hold what kube-scheduler counts") {
  const auto held = [](const std::string& asked, const std::string& allocated, const std::string& actual,
                       const std::string& more = "") {
    const std::string cluster =
        node("n1") + pod("r", asked, "nodeName: n1, ",
                         "phase: Running, " + more + "containerStatuses: [{name: c, allocatedResources: {cpu: " +
                             allocated + "}, resources: {requests: {cpu: " + actual + "}}}]");
    for (const char* free : {"4", "3", "2", "1"})
      if (decide(cluster + pod("p", free)).judged.best == names{"n1"}) return std::string("4 less ") + free;
    return std::string("nothing left");
  };
  CHECK(held("1", "3", "2") == "4 less 1");  // a smaller size is waiting while a larger one is still being given
  CHECK(held("3", "1", "1") == "4 less 1");
  CHECK(held("3", "1", "1", "conditions: [{type: PodResizePending, status: 'True', reason: Deferred}], ") ==
        "4 less 1");
  CHECK(held("1", "1", "3") == "4 less 1");  // what the runtime has not taken back yet
  CHECK(held("4", "1", "2", "conditions: [{type: PodResizePending, status: 'True', reason: Infeasible}], ") ==
        "4 less 2");
}

TEST_CASE("explain: a pod goes to the node that declares the features which follow from its spec") {
  const auto nodes_for = [](const std::string& spec) {
    const auto declares = [](const std::string& name, const std::string& features) {
      return "--- {apiVersion: v1, kind: Node, metadata: {name: " + name +
             "}, status: {allocatable: {cpu: 4, pods: 10}, declaredFeatures: [" + features + "]}}\n";
    };
    return judge(plugins(), "",
                 declares("host", "UserNamespacesHostNetworkSupport") + declares("mount", "VolumeBindMountOptions") +
                     declares("restart", "RestartAllContainersOnContainerExits") +
                     "--- {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {" + spec + "}}\n")
        .pod("p")
        .best;
  };
  CHECK(nodes_for("containers: [{name: c, restartPolicyRules: [{action: RestartAllContainers}]}]") == names{"restart"});
  CHECK(nodes_for("initContainers: [{name: c, restartPolicyRules: [{action: RestartAllContainers}]}]") ==
        names{"restart"});
  CHECK(nodes_for("hostNetwork: true, hostUsers: false") == names{"host"});
  CHECK(nodes_for("containers: [{name: c, volumeMounts: [{name: v, bindMountOptions: [noexec]}]}]") == names{"mount"});
  CHECK(nodes_for("ephemeralContainers: [{name: c, volumeMounts: [{name: v, bindMountOptions: [noexec]}]}]") ==
        names{"mount"});
  const names all{"host", "mount", "restart"};
  CHECK(nodes_for("containers: [{name: c, restartPolicyRules: [{action: Restart}]}], hostUsers: false") == all);
  CHECK(nodes_for("ephemeralContainers: [{name: c, restartPolicyRules: [{action: RestartAllContainers}]}]") == all);
  CHECK(nodes_for("hostNetwork: true") == all);
}
