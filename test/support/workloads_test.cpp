#include "test/support/api_fixture.hpp"
#include "test/support/memory_api/deployments.hpp"
#include "test/support/memory_api/kubelet.hpp"

using namespace berth::memory_api;

namespace {

struct cluster : api_fixture {
  deployments controller{objects, under_test, with};
  kubelet node{objects, with};
  const std::string path = "/apis/apps/v1/namespaces/default/deployments";

  void deploy(int replicas) {
    send("POST", "/api/v1/nodes", R"({"metadata":{"name":"n1"}})");
    expect(
        201,
        send(
            "POST", path,
            R"({"metadata":{"name":"d"},"spec":{"replicas":)" + std::to_string(replicas) +
                R"(,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c"}]}}}})"));
    controller.run();
  }
  std::string name_of(std::size_t i) {
    return std::string(objects.list("pods").at(i)->value()["metadata"]["name"].string());
  }
};

}  // namespace

TEST_CASE_FIXTURE(cluster, "deployments: have their pods, and new ones for those deleted") {
  deploy(3);
  REQUIRE(objects.list("pods").size() == 3);
  const auto& made = objects.list("pods")[0]->value()["metadata"];
  CHECK(made["labels"]["a"].string() == "b");
  CHECK(made["ownerReferences"].items().at(0)["kind"].string() == "ReplicaSet");
  const std::string gone = name_of(0);
  send("DELETE", "/api/v1/namespaces/default/pods/" + gone);
  controller.run();
  CHECK(objects.list("pods").size() == 3);
  CHECK(objects.get({"pods", "default", gone}) == nullptr);
}

TEST_CASE_FIXTURE(cluster, "deployments: scaling down takes those that wait first") {
  deploy(3);
  const std::string placed = name_of(2);
  bind(placed, "n1");
  send("PATCH", path + "/d", R"({"spec":{"replicas":1}})", "application/merge-patch+json");
  controller.run();
  REQUIRE(objects.list("pods").size() == 1);
  CHECK(name_of(0) == placed);
}

TEST_CASE_FIXTURE(cluster, "deployments: a new template replaces all pods, and going takes them along") {
  deploy(2);
  const std::string old = name_of(0);
  send("PATCH", path + "/d", R"({"spec":{"template":{"spec":{"containers":[{"name":"c","image":"new"}]}}}})",
       "application/merge-patch+json");
  controller.run();
  CHECK(objects.list("pods").size() == 2);
  CHECK(objects.get({"pods", "default", old}) == nullptr);
  send("DELETE", path + "/d");
  controller.run();
  CHECK(objects.list("replicasets").empty());
  CHECK(objects.list("pods").empty());
}

TEST_CASE_FIXTURE(cluster, "deployments: their status counts what runs, and then nothing changes any more") {
  deploy(2);
  bind(name_of(0), "n1");
  node.run();
  controller.run();
  const json status = expect(200, send("GET", path + "/d"))["status"];
  CHECK(status["replicas"].integer() == 2);
  CHECK(status["availableReplicas"].integer() == 1);
  CHECK(status["conditions"].items().at(0)["status"].string() == "False");
  const auto before = objects.revision();
  send("POST", "/api/v1/nodes", R"({"metadata":{"name":"n2"}})");
  controller.run();
  CHECK(objects.revision() == before + 1);
}

TEST_CASE_FIXTURE(cluster, "kubelet: a bound pod runs, on a node that exists") {
  deploy(0);
  pod("web");
  pod("lost");
  bind("web", "n1");
  bind("lost", "nowhere");
  node.run();
  const json web = expect(200, send("GET", "/api/v1/namespaces/default/pods/web"));
  CHECK(web["status"]["phase"].string() == "Running");
  CHECK(web["status"]["conditions"].items().size() == 5);
  CHECK(web["status"]["containerStatuses"].items().at(0)["ready"].boolean());
  CHECK(expect(200, send("GET", "/api/v1/namespaces/default/pods/lost"))["status"]["phase"].string() == "Pending");
}
