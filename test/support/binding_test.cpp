#include "test/support/api_fixture.hpp"

using namespace berth::memory_api;

TEST_CASE_FIXTURE(api_fixture, "binding: sets the node, the condition, labels and annotations") {
  const json web = pod("web");
  CHECK(bind("web", "n1", web["metadata"]["uid"].string()).status == 201);
  const json after = expect(200, send("GET", "/api/v1/namespaces/default/pods/web"));
  CHECK(after["spec"]["nodeName"].string() == "n1");
  CHECK(after["status"]["conditions"].items().at(0)["type"].string() == "PodScheduled");
  CHECK(after["status"]["conditions"].items().at(0)["status"].string() == "True");
  CHECK(after["metadata"]["resourceVersion"].string() != web["metadata"]["resourceVersion"].string());
}

TEST_CASE_FIXTURE(api_fixture, "binding: an assigned pod is a conflict, to the same node too") {
  pod("web");
  bind("web", "n1");
  CHECK(expect(409, bind("web", "n1"))["message"].string() ==
        "Operation cannot be fulfilled on pods/binding \"web\": pod web is already assigned to node \"n1\"");
}

TEST_CASE_FIXTURE(api_fixture, "binding: another uid is a conflict that names both") {
  pod("web");
  const json refused = expect(409, bind("web", "n1", "gone"));
  CHECK(refused["reason"].string() == "Conflict");
  CHECK(refused["message"].string().find("UID in precondition: gone, UID in object meta: ") != std::string_view::npos);
}

TEST_CASE_FIXTURE(api_fixture, "binding: a gated pod is a conflict") {
  pod("web", R"(,"schedulingGates":[{"name":"g"}])");
  CHECK(expect(409, bind("web", "n1"))["message"].string().find("non-empty .spec.schedulingGates") !=
        std::string_view::npos);
}

TEST_CASE_FIXTURE(api_fixture, "binding: a pod that is not there is not found, another name or no node is refused") {
  CHECK(bind("web", "n1").status == 404);
  pod("web");
  CHECK(bind("web", "").status == 500);
  const auto other = send("POST", "/api/v1/namespaces/default/pods/web/binding",
                          R"({"metadata":{"name":"db"},"target":{"name":"n1"}})");
  CHECK(expect(400, other)["message"].string() == "name in URL does not match name in Binding object");
}

TEST_CASE_FIXTURE(api_fixture, "binding: clears the nomination") {
  pod("web");
  send("PATCH", "/api/v1/namespaces/default/pods/web/status", R"({"status":{"nominatedNodeName":"n2"}})",
       "application/merge-patch+json");
  bind("web", "n1");
  CHECK(expect(200, send("GET", "/api/v1/namespaces/default/pods/web"))["status"].find("nominatedNodeName") == nullptr);
}
