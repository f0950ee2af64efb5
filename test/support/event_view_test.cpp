#include "test/support/api_fixture.hpp"

using namespace berth::memory_api;

namespace {

const std::string modern = "/apis/events.k8s.io/v1/namespaces/default/events";
const std::string core = "/api/v1/namespaces/default/events";

json event() {
  return parsed(R"({"metadata":{"name":"web.1"},"eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"berth",
    "reportingInstance":"berth-0","action":"Scheduling","reason":"FailedScheduling","type":"Warning","note":"0/1 nodes are available",
    "regarding":{"kind":"Pod","namespace":"default","name":"web","uid":"u"}})");
}

}  // namespace

TEST_CASE_FIXTURE(api_fixture, "events: one store, seen as core/v1 and as events.k8s.io/v1") {
  expect(201, send("POST", modern, event().text()));
  const json old_face = expect(200, send("GET", core + "/web.1"));
  CHECK(old_face["apiVersion"].string() == "v1");
  CHECK(old_face["message"].string() == "0/1 nodes are available");
  CHECK(old_face["involvedObject"]["name"].string() == "web");
  CHECK(old_face["reportingComponent"].string() == "berth");
  const json new_face = expect(200, send("GET", modern + "?fieldSelector=regarding.name%3Dweb"))["items"].items().at(0);
  CHECK(new_face["note"].string() == "0/1 nodes are available");
  CHECK(new_face.find("message") == nullptr);
  CHECK(expect(200, send("GET", core + "?fieldSelector=involvedObject.uid%3Du,reason%3DFailedScheduling"))["items"]
            .items()
            .size() == 1);
}

TEST_CASE_FIXTURE(api_fixture, "events: a series may be added and grow; the note may not change") {
  expect(201, send("POST", modern, event().text()));
  const auto patched = [&](const char* patch) {
    return send("PATCH", modern + "/web.1", patch, "application/strategic-merge-patch+json").status;
  };
  CHECK(patched(R"({"series":{"count":2,"lastObservedTime":"2026-01-01T00:00:10.000000Z"}})") == 200);
  CHECK(patched(R"({"series":{"count":1,"lastObservedTime":"2026-01-01T00:00:10.000000Z"}})") == 422);
  CHECK(patched(R"({"note":"changed"})") == 422);
  CHECK(expect(200, send("GET", core + "/web.1"))["series"]["count"].integer() == 2);
}

TEST_CASE_FIXTURE(api_fixture, "events: what events.k8s.io/v1 requires, and how long a note may be") {
  for (const auto* field : {"eventTime", "reportingController", "reportingInstance", "action", "reason", "type"}) {
    json without = event();
    without.erase(field);
    CHECK_MESSAGE(send("POST", modern, without.text()).status == 422, field);
  }
  json long_note = event();
  long_note["note"] = std::string(1025, 'x');
  CHECK(send("POST", modern, long_note.text()).status == 422);
  long_note["note"] = std::string(1024, 'x');
  CHECK(send("POST", modern, long_note.text()).status == 201);
}

TEST_CASE_FIXTURE(api_fixture, "events: of a node they live in default, of a pod in its namespace") {
  json of_node = event();
  of_node["regarding"] = json::object{{"kind", "Node"}, {"name", "n1"}};
  CHECK(send("POST", modern, of_node.text()).status == 201);
  json legacy =
      parsed(R"({"metadata":{"name":"x"},"involvedObject":{"kind":"Pod","namespace":"other"},"message":"m"})");
  CHECK(send("POST", core, legacy.text()).status == 422);
}

TEST_CASE_FIXTURE(api_fixture, "events: a watch of either face shows that face") {
  auto w = watching(modern + "?watch=true&resourceVersion=" + std::to_string(objects.revision()));
  expect(
      201,
      send(
          "POST", core,
          R"({"metadata":{"name":"x"},"involvedObject":{"kind":"Pod","namespace":"default"},"message":"m","count":3})"));
  const auto all = lines(w);
  REQUIRE(all.size() == 1);
  CHECK(all[0]["object"]["apiVersion"].string() == "events.k8s.io/v1");
  CHECK(all[0]["object"]["note"].string() == "m");
  CHECK(all[0]["object"]["deprecatedCount"].integer() == 3);
}
