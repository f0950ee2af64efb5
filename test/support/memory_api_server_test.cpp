#include "test/support/memory_api_server.hpp"

#include "test/support/raw_http.hpp"

#include <doctest/doctest.h>

using namespace berth::memory_api;

namespace {

const std::string nodes = "/api/v1/nodes";

json node(const std::string& name) { return json::object{{"metadata", json::object{{"name", name}}}}; }

std::string watch_from(memory_api_server& server, std::string_view more = "") {
  const auto version = server.call("GET", nodes).body["metadata"]["resourceVersion"];
  return nodes + "?watch=true&resourceVersion=" + std::string(version.string()) + std::string(more);
}

/// The next event of a watch: what is not JSON is the framing of chunks.
std::string event(raw_http& http) {
  std::string text = http.line();
  while (!text.starts_with('{') && text != "0" && http.connected()) text = http.line();
  return text;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("server: keeps a connection for several requests") {
  memory_api_server server;
  raw_http http(server.port());
  http.send("POST", nodes, node("n1").text());
  CHECK(http.answer().starts_with("HTTP/1.1 201"));
  http.send("GET", nodes + "/n1");
  CHECK(has(http.answer(), R"("name":"n1")"));
  CHECK(server.requests().back() == "GET " + nodes + "/n1");
}

TEST_CASE("server: streams a watch line by line and ends it when its time is over") {
  memory_api_server server;
  raw_http http(server.port());
  http.send("GET", watch_from(server));
  CHECK(has(http.head(), "Transfer-Encoding: chunked"));
  server.call("POST", nodes, node("n1"));
  CHECK(has(event(http), R"({"type":"ADDED","object":)"));
  server.call("DELETE", nodes + "/n1");
  CHECK(has(event(http), R"({"type":"DELETED","object":)"));

  raw_http brief(server.port());
  brief.send("GET", watch_from(server, "&timeoutSeconds=0"));
  brief.head();
  CHECK(brief.rest() == "0\r\n\r\n");
}

TEST_CASE("server: sends bookmarks to those who allow them") {
  memory_api_server server({.bookmark_every = std::chrono::milliseconds(1)});
  raw_http http(server.port());
  http.send("GET", watch_from(server, "&allowWatchBookmarks=true"));
  http.head();
  CHECK(has(event(http), R"({"type":"BOOKMARK")"));
}

TEST_CASE("server: a watch is cut in mid-line") {
  memory_api_server server;
  server.add_fault({.kind = fault_kind::cut, .method = "WATCH", .path = "/nodes", .skip = 1});
  raw_http http(server.port());
  http.send("GET", watch_from(server));
  http.head();
  server.call("POST", nodes, node("n1"));
  const std::string whole = event(http);
  CHECK(json::parse(whole));
  server.call("POST", nodes, node("n2"));
  const std::string half = http.rest();
  CHECK(has(half, R"({"type":"ADDED")"));
  CHECK_FALSE(has(half, "}\n"));
}

TEST_CASE("server: a watch is told that its version is gone, or misses an event") {
  memory_api_server server;
  server.add_fault({.kind = fault_kind::drop, .method = "WATCH"});
  server.add_fault({.kind = fault_kind::gone, .method = "WATCH", .skip = 1});
  raw_http http(server.port());
  http.send("GET", watch_from(server));
  http.head();
  for (const auto* name : {"lost", "seen", "gone"}) server.call("POST", nodes, node(name));
  const std::string all = http.rest();
  CHECK_FALSE(has(all, R"("name":"lost")"));
  CHECK(has(all, R"("name":"seen")"));
  CHECK(has(all, R"("code":410)"));
  CHECK_FALSE(has(all, R"("name":"gone")"));
}

TEST_CASE("server: answers what a fault says, then again the truth") {
  memory_api_server server;
  server.add_fault({.path = "/nodes", .status = 429, .retry_after = 1});
  server.add_fault({.path = "/nodes", .status = 200, .body = "<html>", .content_type = "text/html"});
  raw_http http(server.port());
  http.send("GET", nodes);
  CHECK(has(http.answer(), "Retry-After: 1"));
  http.send("GET", nodes);
  CHECK(has(http.answer(), "<html>"));
  http.send("GET", nodes);
  CHECK(has(http.answer(), "NodeList"));
}

TEST_CASE("server: a lost answer leaves the thing done, a closed connection does not") {
  memory_api_server server;
  server.add_fault({.kind = fault_kind::lose_answer, .method = "POST"});
  server.add_fault({.kind = fault_kind::close, .method = "POST"});
  raw_http first(server.port());
  first.send("POST", nodes, node("done").text());
  CHECK(first.rest().empty());
  raw_http second(server.port());
  second.send("POST", nodes, node("undone").text());
  CHECK(second.rest().empty());
  CHECK(server.call("GET", nodes + "/done").status == 200);
  CHECK(server.call("GET", nodes + "/undone").status == 404);
}

TEST_CASE("server: a list is cut in the middle") {
  memory_api_server server;
  server.call("POST", nodes, node("n1"));
  server.add_fault({.kind = fault_kind::cut, .method = "GET"});
  raw_http http(server.port());
  http.send("GET", nodes);
  const std::string top = http.head();
  const auto promised = std::stoul(top.substr(top.find("Content-Length: ") + 16));
  CHECK(http.rest().size() == promised / 2);
}

TEST_CASE("server: after it forgot its history, connections drop and old versions are gone") {
  memory_api_server server;
  const std::string target = watch_from(server);
  raw_http http(server.port());
  http.send("GET", target);
  http.head();
  server.call("POST", nodes, node("n1"));
  server.forget_history();
  http.rest();
  raw_http again(server.port());
  again.send("GET", target);
  again.head();
  CHECK(has(again.rest(), "too old resource version"));
}

TEST_CASE("server: refuses connections while it does not listen, and comes back at the same port") {
  memory_api_server server;
  const auto port = server.port();
  server.stop_listening();
  CHECK_FALSE(raw_http(port).connected());
  server.listen_again();
  raw_http http(port);
  http.send("GET", "/readyz");
  CHECK(has(http.answer(), "ok"));
}

TEST_CASE("server: compresses large answers for those who take it") {
  memory_api_server server;
  json big = json::object{{"metadata", json::object{{"name", "big"}}},
                          {"data", json::object{{"x", std::string(200'000, 'x')}}}};
  const std::string maps = "/api/v1/namespaces/default/configmaps";
  CHECK(server.call("POST", maps, big).status == 201);
  raw_http http(server.port());
  http.send("GET", maps, "", "Accept-Encoding: gzip\r\n");
  const std::string packed = http.answer();
  CHECK(has(packed, "Content-Encoding: gzip"));
  CHECK(packed.size() < 10'000);
  http.send("GET", maps);
  CHECK(http.answer().size() > 200'000);
}

TEST_CASE("server: a body that is too large is refused, nonsense closes the connection") {
  memory_api_server server;
  raw_http http(server.port());
  http.send("POST", nodes, std::string(4 * 1024 * 1024, ' '));
  CHECK(has(http.head(), "413"));
  raw_http other(server.port());
  other.send("\x01\x02", "\r\n");
  CHECK(other.rest().empty());
}

TEST_CASE("server: faults and history are steered over HTTP too") {
  memory_api_server server;
  raw_http http(server.port());
  http.send("POST", "/memory-api/faults", R"({"kind":"answer","method":"GET","path":"/nodes","status":503})");
  CHECK(has(http.answer(), "200"));
  http.send("GET", nodes);
  CHECK(has(http.answer(), "503"));
  http.send("POST", "/memory-api/faults", R"({"kind":"nonsense"})");
  CHECK(has(http.answer(), "400"));
  http.send("GET", "/memory-api/requests");
  CHECK(has(http.answer(), R"("GET /api/v1/nodes")"));
}

TEST_CASE("server: takes many objects at once, and counts the bindings that it granted") {
  memory_api_server server;
  raw_http http(server.port());
  http.send("POST", "/memory-api/objects",
            R"({"items":[{"apiVersion":"v1","kind":"Node","metadata":{"name":"a"}},
                         {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"default"}}]})");
  CHECK(has(http.answer(), "200"));
  for (const char* status : {"201", "409"}) {
    http.send("POST", "/api/v1/namespaces/default/pods/web/binding",
              R"({"apiVersion":"v1","kind":"Binding","metadata":{"name":"web"},"target":{"kind":"Node","name":"a"}})");
    CHECK(has(http.answer(), status));
  }
  http.send("GET", "/memory-api/bindings");
  CHECK(has(http.answer(), R"({"granted":1})"));
  http.send("POST", "/memory-api/objects", R"({"items":[{"kind":"Nonsense"}]})");
  CHECK(has(http.answer(), "no place for Nonsense"));
}

TEST_CASE("server: plays kubelet and controllers where it is told to") {
  memory_api_server server({.kubelet = true, .expand_deployments = true});
  raw_http http(server.port());
  http.send("GET", "/api/v1/pods?watch=true");
  http.head();
  server.call("POST", nodes, node("n1"));
  const auto deployment = json::parse(
      R"({"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"spec":{"containers":[{"name":"c"}]}}}})");
  CHECK(server.call("POST", "/apis/apps/v1/namespaces/default/deployments", *deployment).status == 201);
  const auto made = json::parse(event(http));
  REQUIRE(made);
  const json& metadata = (*made)["object"]["metadata"];
  const json binding =
      json::object{{"metadata", json::object{{"name", metadata["name"]}}}, {"target", json::object{{"name", "n1"}}}};
  CHECK(server
            .call("POST", "/api/v1/namespaces/default/pods/" + std::string(metadata["name"].string()) + "/binding",
                  binding)
            .status == 201);
  CHECK(has(event(http), R"("nodeName":"n1")"));
  CHECK(has(event(http), R"("phase":"Running")"));
}
