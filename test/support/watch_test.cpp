#include "test/support/api_fixture.hpp"

using namespace berth::memory_api;

namespace {

std::string summary(const std::vector<json>& lines) {
  std::string text;
  for (const json& line : lines)
    text += std::string(line["type"].string()) + ":" + std::string(line["object"]["metadata"]["name"].string()) + " ";
  return text;
}

std::string after(const store& objects) {
  return "/api/v1/pods?watch=true&resourceVersion=" + std::to_string(objects.revision());
}

}  // namespace

TEST_CASE_FIXTURE(api_fixture, "watch: begins after its version and shows each change once") {
  pod("old");
  auto w = watching(after(objects));
  CHECK(lines(w).empty());
  pod("web");
  bind("web", "n1");
  send("DELETE", "/api/v1/namespaces/default/pods/web");
  CHECK(summary(lines(w)) == "ADDED:web MODIFIED:web MODIFIED:web DELETED:web ");
  CHECK(lines(w).empty());
}

TEST_CASE_FIXTURE(api_fixture, "watch: without a version it begins with all that is there") {
  pod("a");
  pod("b");
  auto w = watching("/api/v1/pods?watch=1");
  CHECK(summary(lines(w)) == "ADDED:a ADDED:b ");
  auto streaming = watching(
      "/api/v1/pods?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
  const auto all = lines(streaming);
  REQUIRE(all.size() == 3);
  CHECK(all[2]["type"].string() == "BOOKMARK");
  CHECK(all[2]["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"].string() == "true");
}

TEST_CASE_FIXTURE(api_fixture,
                  "watch: what begins to match is ADDED, what ceases to match is DELETED with the new version") {
  pod("web");
  auto unassigned = watching(after(objects) + "&fieldSelector=spec.nodeName%3D");
  auto assigned = watching(after(objects) + "&fieldSelector=spec.nodeName%21%3D");
  bind("web", "n1");
  const auto gone = lines(unassigned);
  CHECK(summary(gone) == "DELETED:web ");
  CHECK(gone[0]["object"]["metadata"]["resourceVersion"].string() == std::to_string(objects.revision()));
  CHECK(summary(lines(assigned)) == "ADDED:web ");
}

TEST_CASE_FIXTURE(api_fixture, "watch: of another kind or namespace nothing is shown") {
  auto nodes = watching("/api/v1/nodes?watch=true&resourceVersion=" + std::to_string(objects.revision()));
  auto other =
      watching("/api/v1/namespaces/kube-system/pods?watch=true&resourceVersion=" + std::to_string(objects.revision()));
  pod("web");
  CHECK(lines(nodes).empty());
  CHECK(lines(other).empty());
}

TEST_CASE("watch: a version beyond the window is gone, as an ERROR event") {
  api_fixture f(3);
  auto w = f.watching(after(f.objects));
  for (const auto* name : {"a", "b", "c", "d"}) f.pod(name);
  const auto all = f.lines(w);
  REQUIRE(all.size() == 1);
  CHECK(all[0]["type"].string() == "ERROR");
  CHECK(all[0]["object"]["code"].integer() == 410);
  CHECK(all[0]["object"]["reason"].string() == "Expired");
  CHECK(w.ended());
}

TEST_CASE_FIXTURE(api_fixture, "watch: a bookmark carries the version up to which it has seen all kinds") {
  auto w = watching(after(objects));
  send("POST", "/api/v1/nodes", R"({"metadata":{"name":"n1"}})");
  lines(w);
  const json mark = parsed(w.bookmark());
  CHECK(mark["type"].string() == "BOOKMARK");
  CHECK(mark["object"]["kind"].string() == "Pod");
  CHECK(mark["object"]["metadata"]["resourceVersion"].string() == std::to_string(objects.revision()));
}

TEST_CASE_FIXTURE(api_fixture, "watch: as a table it names its columns once") {
  auto a = send("GET", after(objects), "", "", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
  REQUIRE(a.watching);
  watch w(objects, *a.watching, with.now);
  pod("a");
  pod("b");
  const auto all = lines(w);
  REQUIRE(all.size() == 2);
  CHECK(all[0]["object"]["kind"].string() == "Table");
  CHECK(all[0]["object"]["columnDefinitions"].items().size() == 9);
  CHECK(all[1]["object"]["columnDefinitions"].items().empty());
  CHECK(all[1]["object"]["rows"].items().at(0)["cells"].items().at(0).string() == "b");
}
