#include "test/support/api_fixture.hpp"

using namespace berth::memory_api;
using std::chrono::seconds;

namespace {

const std::string as_table =
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

std::string cells(const json& table, std::size_t row = 0) {
  std::string text;
  for (const json& cell : table["rows"].items().at(row)["cells"].items())
    text += (cell.is_string() ? std::string(cell.string()) : cell.text()) + "|";
  return text;
}

}  // namespace

TEST_CASE("ages are written as kubectl writes them") {
  CHECK(human_duration(seconds(-5)) == "<invalid>");
  CHECK(human_duration(seconds(-1)) == "0s");
  CHECK(human_duration(seconds(119)) == "119s");
  CHECK(human_duration(seconds(120)) == "2m");
  CHECK(human_duration(seconds(61 * 5)) == "5m5s");
  CHECK(human_duration(seconds(3600)) == "60m");
  CHECK(human_duration(seconds(3 * 3600)) == "3h");
  CHECK(human_duration(seconds(3 * 3600 + 60)) == "3h1m");
  CHECK(human_duration(seconds(47 * 3600)) == "47h");
  CHECK(human_duration(seconds(49 * 3600)) == "2d1h");
  CHECK(human_duration(seconds(86400LL * 400)) == "400d");
  CHECK(human_duration(seconds(86400LL * 365 * 3)) == "3y");
  CHECK(human_duration(seconds(86400LL * 365 * 9)) == "9y");
}

TEST_CASE_FIXTURE(api_fixture, "tables: a pod's row as kubectl get -o wide prints it") {
  pod("web");
  time += seconds(90);
  const json table = expect(200, send("GET", "/api/v1/pods", "", "", as_table));
  CHECK(table["kind"].string() == "Table");
  CHECK(cells(table) == "web|0/1|Pending|0|90s|<none>|<none>|<none>|<none>|");
  CHECK(table["rows"].items()[0]["object"]["kind"].string() == "PartialObjectMetadata");
  const json whole = expect(200, send("GET", "/api/v1/pods?includeObject=Object", "", "", as_table));
  CHECK(whole["rows"].items()[0]["object"]["spec"].is_object());
}

TEST_CASE_FIXTURE(api_fixture, "tables: the status of a pod is the reason that matters most") {
  const auto status_with = [&](const char* name, const char* status) {
    pod(name);
    send("PATCH", std::string("/api/v1/namespaces/default/pods/") + name + "/status",
         std::string(R"({"status":)") + status + "}", "application/merge-patch+json");
    return cells(expect(200, send("GET", std::string("/api/v1/namespaces/default/pods/") + name, "", "", as_table)));
  };
  CHECK(status_with(
            "a", R"({"phase":"Running","containerStatuses":[{"ready":true,"restartCount":2,"state":{"running":{}}}]})")
            .starts_with("a|1/1|Running|2|"));
  CHECK(status_with("b", R"({"containerStatuses":[{"state":{"waiting":{"reason":"ImagePullBackOff"}}}]})")
            .starts_with("b|0/1|ImagePullBackOff|"));
  CHECK(status_with("c", R"({"phase":"Failed","reason":"Evicted"})").starts_with("c|0/1|Evicted|"));
  CHECK(status_with("d", R"({"initContainerStatuses":[{"state":{"running":{}}}]})").starts_with("d|0/1|Init:0/0|"));
  CHECK(status_with("e", R"({"containerStatuses":[{"state":{"terminated":{"exitCode":3}}}]})")
            .starts_with("e|0/1|ExitCode:3|"));
  pod("g", R"(,"schedulingGates":[{"name":"g"}])");
  CHECK(cells(expect(200, send("GET", "/api/v1/namespaces/default/pods/g", "", "", as_table)))
            .starts_with("g|0/1|SchedulingGated|"));
}

TEST_CASE_FIXTURE(api_fixture, "tables: nodes, deployments and events") {
  send("POST", "/api/v1/nodes",
       R"({"metadata":{"name":"n1","labels":{"node-role.kubernetes.io/worker":""}},"spec":{"unschedulable":true},
    "status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"kubeletVersion":"v1.37.2"},"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}})");
  CHECK(cells(expect(200, send("GET", "/api/v1/nodes", "", "", as_table)))
            .starts_with("n1|Ready,SchedulingDisabled|worker|0s|v1.37.2|10.0.0.1|"));
  send(
      "POST", "/apis/apps/v1/namespaces/default/deployments",
      R"({"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}}})");
  CHECK(cells(expect(200, send("GET", "/apis/apps/v1/deployments", "", "", as_table))) == "d|0/1|0|0|0s|c|i|a=b|");
  send(
      "POST", "/api/v1/namespaces/default/events",
      R"({"metadata":{"name":"e"},"type":"Normal","reason":"R","message":"m","involvedObject":{"kind":"Pod","namespace":"default","name":"web"},"source":{"component":"kubelet","host":"n1"}})");
  for (const auto* path : {"/api/v1/events", "/apis/events.k8s.io/v1/events"}) {
    CHECK(cells(expect(200, send("GET", path, "", "", as_table))) ==
          "<unknown>|Normal|R|pod/web||kubelet, n1|m|<unknown>|1|e|");
  }
}

TEST_CASE_FIXTURE(api_fixture, "tables: a kind without columns of its own shows name and age") {
  send("POST", "/api/v1/namespaces/default/secrets", R"({"metadata":{"name":"s"}})");
  CHECK(cells(expect(200, send("GET", "/api/v1/secrets", "", "", as_table))) == "s|0s|");
}
