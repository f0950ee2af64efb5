#include "test/support/api_fixture.hpp"

#include <set>

using namespace berth::memory_api;

namespace {

const std::string pods = "/api/v1/namespaces/default/pods";
const std::string strategic = "application/strategic-merge-patch+json";

std::string_view message(const json& status) { return status["message"].string(); }

}  // namespace

TEST_CASE_FIXTURE(api_fixture, "api: a pod that is created has its defaults, a uid and a revision") {
  const json made = pod("web");
  CHECK(made["metadata"]["creationTimestamp"].string() == "2026-01-01T00:00:00Z");
  CHECK(made["metadata"]["uid"].string().size() == 36);
  CHECK(made["spec"]["schedulerName"].string() == "default-scheduler");
  CHECK(made["spec"]["containers"].items()[0]["imagePullPolicy"].string() == "Always");
  CHECK(made["spec"]["tolerations"].items().size() == 2);
  CHECK(made["spec"]["preemptionPolicy"].string() == "PreemptLowerPriority");
  CHECK(made["status"]["phase"].string() == "Pending");
  CHECK(made["status"]["qosClass"].string() == "BestEffort");
  CHECK(expect(200, send("GET", pods + "/web")) == made);
}

TEST_CASE_FIXTURE(api_fixture, "api: a gated pod says so in its condition, and a fresh status is not the client's") {
  const json made = pod("web", R"(,"schedulingGates":[{"name":"g"}])");
  const json& condition = made["status"]["conditions"].items().at(0);
  CHECK(condition["reason"].string() == "SchedulingGated");
  CHECK(condition["status"].string() == "False");
}

TEST_CASE_FIXTURE(api_fixture, "api: limits become requests, and quality of service follows") {
  const json made = pod("web", R"(,"initContainers":[{"name":"i","resources":{"limits":{"cpu":"1","memory":"1Gi"}}}])");
  CHECK(made["spec"]["initContainers"].items()[0]["resources"]["requests"]["cpu"].string() == "1");
  CHECK(made["status"]["qosClass"].string() == "Burstable");
}

TEST_CASE_FIXTURE(api_fixture, "api: a priority class gives the priority, a missing one is forbidden") {
  expect(201, send("POST", "/apis/scheduling.k8s.io/v1/priorityclasses",
                   R"({"metadata":{"name":"high"},"value":1000,"preemptionPolicy":"Never"})"));
  const json made = pod("web", R"(,"priorityClassName":"high")");
  CHECK(made["spec"]["priority"].integer() == 1000);
  CHECK(made["spec"]["preemptionPolicy"].string() == "Never");
  const json refused =
      expect(403, send("POST", pods,
                       R"({"metadata":{"name":"x"},"spec":{"priorityClassName":"low","containers":[{"name":"c"}]}})"));
  CHECK(message(refused) == "pods \"x\" is forbidden: no PriorityClass with name low was found");
}

TEST_CASE_FIXTURE(api_fixture, "api: generateName makes names that differ") {
  std::set<std::string, std::less<>> names;
  for (int i = 0; i < 10; ++i) {
    names.emplace(
        expect(201,
               send("POST", pods,
                    R"({"metadata":{"generateName":"web-"},"spec":{"containers":[{"name":"c"}]}})"))["metadata"]["name"]
            .string());
  }
  CHECK(names.size() == 10);
  CHECK(names.begin()->starts_with("web-"));
}

TEST_CASE_FIXTURE(api_fixture, "api: what cannot be created says why") {
  pod("web");
  const auto refused = [&](int status, const std::string& target, const char* body, std::string_view why) {
    const json answer = expect(status, send("POST", target, body));
    CHECK(message(answer) == why);
    CHECK(answer["code"].integer() == status);
  };
  refused(409, pods, R"({"metadata":{"name":"web"},"spec":{"containers":[{"name":"c"}]}})",
          "pods \"web\" already exists");
  refused(404, "/api/v1/namespaces/nowhere/pods", R"({"metadata":{"name":"x"}})", "namespaces \"nowhere\" not found");
  refused(422, pods, R"({"metadata":{"name":"x"}})", "Pod \"x\" is invalid: spec.containers: Required value");
  refused(422, pods, "{}", "Pod \"\" is invalid: metadata.name: Required value: name or generateName is required");
  refused(400, pods, R"({"apiVersion":"v2"})",
          "the API version in the data (v2) does not match the expected API version (v1)");
  refused(400, pods, R"({"kind":"Node"})", "Node in version \"v1\" cannot be handled as a Pod");
  refused(400, pods, R"({"metadata":{"name":"x","namespace":"other"}})",
          "the namespace of the provided object does not match the namespace sent on the request");
  CHECK(send("POST", pods, "[]").status == 400);
  CHECK(send("POST", pods, "x").status == 400);
  CHECK(send("POST", pods, "x", "application/yaml").status == 415);
  CHECK(send("POST", pods, R"({"metadata":{"name":"Big_Name"},"spec":{"containers":[{"name":"c"}]}})").status == 422);
}

TEST_CASE_FIXTURE(api_fixture, "api: paths that name nothing are 404, methods that make no sense 405") {
  for (const auto* path : {"/", "/api/v2", "/apis/nope/v1/things", "/api/v1/nodes/a/binding", "/api/v1/pods/web",
                           "/api/v1/namespaces/default/nodes", "/openapi/v3"}) {
    CHECK_MESSAGE(send("GET", path).status == 404, path);
  }
  CHECK(send("PUT", pods).status == 405);
  CHECK(send("GET", pods, "", "", "application/vnd.kubernetes.protobuf").status == 406);
}

TEST_CASE_FIXTURE(api_fixture, "api: an update must carry the version that is there, if any") {
  json web = pod("web");
  web["metadata"]["labels"]["a"] = "1";
  const json second = expect(200, send("PUT", pods + "/web", web.text()));
  CHECK(second["metadata"]["resourceVersion"].string() != web["metadata"]["resourceVersion"].string());
  const json refused = expect(409, send("PUT", pods + "/web", web.text()));
  CHECK(message(refused) ==
        "Operation cannot be fulfilled on pods \"web\": the object has been modified; please apply your changes to the "
        "latest version and try again");
  web["metadata"].erase("resourceVersion");
  web["metadata"]["uid"] = "other";
  CHECK(message(expect(409, send("PUT", pods + "/web", web.text()))).find("UID in precondition: other") !=
        std::string_view::npos);
}

TEST_CASE_FIXTURE(api_fixture, "api: an update that changes nothing makes no new version") {
  const json web = pod("web");
  const auto before = objects.revision();
  CHECK(expect(200, send("PUT", pods + "/web", web.text())) == web);
  CHECK(expect(200, send("PATCH", pods + "/web", R"({"spec":{"restartPolicy":"Always"}})", strategic)) == web);
  CHECK(objects.revision() == before);
}

TEST_CASE_FIXTURE(api_fixture, "api: the status changes through its own path alone, and nothing else does there") {
  pod("web");
  const char* body =
      R"({"spec":{"nodeName":"n1"},"status":{"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable"}],"nominatedNodeName":"n2"}})";
  const json changed = expect(200, send("PATCH", pods + "/web/status", body, strategic));
  CHECK(changed["status"]["nominatedNodeName"].string() == "n2");
  CHECK(changed["status"]["conditions"].items().size() == 1);
  CHECK(changed["spec"].find("nodeName") == nullptr);
  CHECK(expect(200, send("PATCH", pods + "/web", R"({"status":{"phase":"Failed"}})", strategic))["status"]["phase"]
            .string() == "Pending");
}

TEST_CASE_FIXTURE(api_fixture, "api: a pod's node cannot be set by an update, its image can") {
  pod("web");
  CHECK(send("PATCH", pods + "/web", R"({"spec":{"nodeName":"n1"}})", strategic).status == 422);
  CHECK(send("PATCH", pods + "/web", R"({"spec":{"nodeSelector":{"a":"b"}}})", strategic).status == 422);
  const json changed = expect(
      200, send("PATCH", pods + "/web", R"({"spec":{"containers":[{"name":"c","image":"nginx:2"}]}})", strategic));
  CHECK(changed["metadata"]["generation"].integer() == 2);
}

TEST_CASE_FIXTURE(api_fixture, "api: gates can be taken away, not added, and a gated pod's node selector may change") {
  pod("web", R"(,"schedulingGates":[{"name":"g"}])");
  const std::string merge = "application/merge-patch+json";
  CHECK(send("PATCH", pods + "/web", R"({"spec":{"nodeSelector":{"a":"b"}}})", merge).status == 200);
  CHECK(send("PATCH", pods + "/web", R"({"spec":{"schedulingGates":[{"name":"g"},{"name":"h"}]}})", merge).status ==
        422);
  CHECK(send("PATCH", pods + "/web", R"({"spec":{"schedulingGates":[]}})", merge).status == 200);
}

TEST_CASE_FIXTURE(api_fixture, "api: a lease must be replaced with its version") {
  const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
  json lease = expect(201, send("POST", leases, R"({"metadata":{"name":"berth"},"spec":{"holderIdentity":"a"}})"));
  lease["metadata"].erase("resourceVersion");
  CHECK(send("PUT", leases + "/berth", lease.text()).status == 422);
}

TEST_CASE_FIXTURE(api_fixture, "api: a lease that is gone is made by the next update, whatever its version") {
  const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
  const std::string lease = R"({"metadata":{"name":"berth","resourceVersion":"1"},"spec":{"holderIdentity":"a"}})";
  CHECK(expect(201, send("PUT", leases + "/berth", lease))["spec"]["holderIdentity"].string() == "a");
  CHECK(send("PUT", leases + "/berth", lease).status == 409);
  CHECK(send("PUT", leases + "/another", lease).status == 400);
  CHECK(send("PUT", "/api/v1/nodes/n1", R"({"metadata":{"name":"n1"}})").status == 404);
}

TEST_CASE_FIXTURE(api_fixture, "api: a pod that is bound is nominated for no node") {
  const std::string nominated = R"({"status":{"nominatedNodeName":"n1"}})";
  pod("web");
  CHECK(send("PATCH", pods + "/web/status", nominated, strategic).status == 200);
  expect(201, bind("web", "n1"));
  CHECK(message(expect(422, send("PATCH", pods + "/web/status", nominated, strategic))) ==
        "Pod \"web\" is invalid: status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to "
        "a node");
}

TEST_CASE_FIXTURE(api_fixture, "api: deleting a pod answers with the pod, of most other kinds with a Status") {
  pod("web");
  const json gone = expect(200, send("DELETE", pods + "/web", R"({"gracePeriodSeconds":0})"));
  CHECK(gone["metadata"]["deletionTimestamp"].string() == "2026-01-01T00:00:00Z");
  CHECK(gone["metadata"]["resourceVersion"].string() == std::to_string(objects.revision()));
  expect(201, send("POST", "/api/v1/nodes", R"({"metadata":{"name":"n1"}})"));
  CHECK(expect(200, send("DELETE", "/api/v1/nodes/n1"))["kind"].string() == "Status");
}

TEST_CASE_FIXTURE(api_fixture, "api: deleting honours preconditions and finalizers") {
  const json web = pod("web");
  CHECK(send("DELETE", pods + "/web", R"({"preconditions":{"uid":"other"}})").status == 409);
  send("PATCH", pods + "/web", R"({"metadata":{"finalizers":["x/y"]}})", strategic);
  CHECK(expect(200, send("DELETE", pods + "/web"))["metadata"]["deletionTimestamp"].string() == "2026-01-01T00:00:00Z");
  CHECK(
      message(expect(409, bind("web", "n1"))) ==
      "Operation cannot be fulfilled on pods/binding \"web\": pod web is being deleted, cannot be assigned to a host");
  send("PATCH", pods + "/web", R"({"metadata":{"finalizers":null}})", strategic);
  CHECK(send("GET", pods + "/web").status == 404);
  CHECK(message(expect(404, send("DELETE", pods + "/web"))) == "pods \"web\" not found");
}

TEST_CASE_FIXTURE(api_fixture, "api: a namespace takes along what is in it") {
  expect(201, send("POST", "/api/v1/namespaces", R"({"metadata":{"name":"team"}})"));
  expect(201, send("POST", "/api/v1/namespaces/team/configmaps", R"({"metadata":{"name":"c"}})"));
  expect(200, send("DELETE", "/api/v1/namespaces/team"));
  CHECK(objects.list("configmaps").empty());
}

TEST_CASE_FIXTURE(api_fixture, "api: a collection is deleted by selector") {
  pod("a");
  pod("b");
  send("PATCH", pods + "/b", R"({"metadata":{"labels":{"keep":"yes"}}})", strategic);
  CHECK(expect(200, send("DELETE", pods + "?labelSelector=%21keep"))["items"].items().size() == 1);
  CHECK(objects.list("pods").size() == 1);
}

TEST_CASE_FIXTURE(api_fixture, "api: a dry run answers as if, and changes nothing") {
  const auto before = objects.revision();
  CHECK(
      send("POST", pods + "?dryRun=All", R"({"metadata":{"name":"x"},"spec":{"containers":[{"name":"c"}]}})").status ==
      201);
  CHECK(objects.revision() == before);
}

TEST_CASE_FIXTURE(api_fixture, "api: scale is seen and set through its sub-resource") {
  const std::string deployments = "/apis/apps/v1/namespaces/default/deployments";
  expect(
      201,
      send(
          "POST", deployments,
          R"({"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"spec":{"containers":[{"name":"c"}]}}}})"));
  CHECK(expect(200, send("GET", deployments + "/d/scale"))["spec"]["replicas"].integer() == 1);
  expect(200, send("PATCH", deployments + "/d/scale", R"({"spec":{"replicas":4}})", "application/merge-patch+json"));
  CHECK(expect(200, send("GET", deployments + "/d"))["spec"]["replicas"].integer() == 4);
}

TEST_CASE_FIXTURE(api_fixture, "api: discovery names every resource that can be listed") {
  for (const auto& r : served_resources()) {
    const std::string group = r.group.empty() ? "/api/v1" : "/apis/" + r.group_version();
    bool named = false;
    const json document = expect(200, send("GET", group));
    for (const json& entry : document["resources"].items()) named |= entry["name"].string() == r.plural;
    CHECK_MESSAGE(named, std::string(r.plural));
    CHECK(expect(200, send("GET", group + "/" + std::string(r.plural)))["items"].is_array());
  }
}
