#include "test/support/api_fixture.hpp"

using namespace berth::memory_api;

namespace {

std::string names(const json& list) {
  std::string text;
  for (const json& item : list["items"].items()) text += std::string(item["metadata"]["name"].string()) + " ";
  return text;
}

}  // namespace

TEST_CASE_FIXTURE(api_fixture, "list: items carry no kind, the list carries both and the revision") {
  pod("web");
  const json list = expect(200, send("GET", "/api/v1/pods"));
  CHECK(list["kind"].string() == "PodList");
  CHECK(list["metadata"]["resourceVersion"].string() == std::to_string(objects.revision()));
  CHECK(list["items"].items().at(0).find("kind") == nullptr);
}

TEST_CASE_FIXTURE(api_fixture, "list: pages are of one moment, whatever happens between them") {
  for (const auto* name : {"a", "b", "c"}) pod(name);
  const json first = expect(200, send("GET", "/api/v1/pods?limit=2"));
  CHECK(names(first) == "a b ");
  CHECK(first["metadata"]["remainingItemCount"].integer() == 1);
  pod("d");
  send("DELETE", "/api/v1/namespaces/default/pods/c");
  const json second =
      expect(200, send("GET", "/api/v1/pods?limit=2&continue=" + std::string(first["metadata"]["continue"].string())));
  CHECK(names(second) == "c ");
  CHECK(second["metadata"].find("continue") == nullptr);
  CHECK(second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]);
}

TEST_CASE_FIXTURE(api_fixture,
                  "list: pages go on in the order of the store, also where a namespace's name begins with another's") {
  for (const auto* name : {"team", "team-a"}) {
    expect(201, send("POST", "/api/v1/namespaces", R"({"metadata":{"name":")" + std::string(name) + R"("}})"));
    expect(201,
           send("POST", "/api/v1/namespaces/" + std::string(name) + "/configmaps", R"({"metadata":{"name":"z"}})"));
  }
  const json first = expect(200, send("GET", "/api/v1/configmaps?limit=1"));
  const json second = expect(
      200, send("GET", "/api/v1/configmaps?limit=1&continue=" + std::string(first["metadata"]["continue"].string())));
  CHECK(first["items"].items().at(0)["metadata"]["namespace"].string() == "team");
  REQUIRE(second["items"].items().size() == 1);
  CHECK(second["items"].items()[0]["metadata"]["namespace"].string() == "team-a");
}

TEST_CASE_FIXTURE(api_fixture, "list: a continue token that is too old is 410, with one to go on as of now") {
  pod("a");
  pod("b");
  const json first = expect(200, send("GET", "/api/v1/pods?limit=1"));
  pod("c");
  objects.compact();
  const json expired =
      expect(410, send("GET", "/api/v1/pods?limit=1&continue=" + std::string(first["metadata"]["continue"].string())));
  CHECK(expired["reason"].string() == "Expired");
  CHECK(names(expect(200, send("GET", "/api/v1/pods?continue=" +
                                          std::string(expired["metadata"]["continue"].string())))) == "b c ");
  CHECK(send("GET", "/api/v1/pods?continue=nonsense").status == 400);
}

TEST_CASE_FIXTURE(api_fixture, "list: at version 0 the limit is ignored, as the watch cache ignores it") {
  for (const auto* name : {"a", "b", "c"}) pod(name);
  CHECK(names(expect(200, send("GET", "/api/v1/pods?limit=1&resourceVersion=0"))) == "a b c ");
}

TEST_CASE_FIXTURE(api_fixture, "list: an exact version shows the past, a future one is a time-out that says so") {
  pod("a");
  const auto then = std::to_string(objects.revision());
  pod("b");
  CHECK(names(expect(200, send("GET", "/api/v1/pods?resourceVersionMatch=Exact&resourceVersion=" + then))) == "a ");
  CHECK(names(expect(200, send("GET", "/api/v1/pods?resourceVersion=" + then))) == "a b ");
  const json refused = expect(504, send("GET", "/api/v1/pods?resourceVersion=999999"));
  CHECK(refused["details"]["causes"].items().at(0)["reason"].string() == "ResourceVersionTooLarge");
  CHECK(send("GET", "/api/v1/pods?resourceVersion=abc").status == 400);
}

TEST_CASE_FIXTURE(api_fixture, "list: selectors choose, and none that is unknown is let pass") {
  pod("a");
  pod("b");
  bind("b", "n1");
  CHECK(names(expect(200, send("GET", "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1"))) == "b ");
  CHECK(send("GET", "/api/v1/pods?fieldSelector=spec.color%3Dred").status == 400);
}
