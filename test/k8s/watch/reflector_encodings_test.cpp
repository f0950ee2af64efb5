#include "test/k8s/watch/node_shelf.hpp"
#include "test/k8s/watch/reflector_scene.hpp"
#include "test/support/protobuf_bytes.hpp"

#include <doctest/doctest.h>

using namespace berth::test;
using namespace berth::test::reflecting;

namespace {

std::string node_bytes(const char* name, const char* version = "1") {
  return field(1, field(1, name) + field(5, "u") + field(6, version));
}
std::string event_bytes(const std::string& type, const std::string& object) {
  return watch_event_bytes(type, enveloped("Node", object));
}
scripted_client::listing two_nodes() {
  return scripted_client::protobuf_list_of("Node", {node_bytes("a"), node_bytes("b")}, "5");
}

struct protobuf_scene : scene {
  void frame(const std::string& bytes) {
    REQUIRE(api.open);
    api.open->frame(bytes);
    time.settle();
  }
  node_shelf shelf;  ///< what is compared, where that is asked for
};

}  // namespace

TEST_CASE_FIXTURE(protobuf_scene, "reflector: protobuf is passed on as JSON is, bookmarks and deletions too") {
  api.listings.push_back(two_nodes());
  start();
  CHECK(into.take() == lines{"=a b"});
  CHECK(watcher.take() == lines{"listed nodes 2"});
  CHECK(api.forms_of_lists == std::vector{encoding::protobuf});
  REQUIRE(api.open);
  CHECK(api.open->form == encoding::protobuf);
  frame(event_bytes("ADDED", node_bytes("c", "6")));
  frame(event_bytes("MODIFIED", node_bytes("a", "7")));
  frame(event_bytes("DELETED", node_bytes("b", "8")));
  CHECK(into.take() == lines{"+c", "+a", "-b"});
  frame(event_bytes("BOOKMARK", field(1, field(6, "9"))));
  finish();
  CHECK(watching_from("9"));
}

TEST_CASE_FIXTURE(protobuf_scene,
                  "reflector: a list in protobuf may be followed by a watch in JSON, and the other way round") {
  api.listings.push_back(two_nodes());
  start();
  line(event("ADDED", item("c", "u", "6")));
  frame(event_bytes("ADDED", node_bytes("d", "7")));
  line(event("DELETED", item("a", "u", "8")));
  CHECK(into.take() == lines{"=a b", "+c", "+d", "-a"});
}

TEST_CASE_FIXTURE(protobuf_scene, "reflector: where whole objects are kept, JSON is asked for throughout") {
  whole_objects = true;
  api.listings.push_back(scripted_client::list_of({item("a")}, "5"));
  api.listings.push_back(scripted_client::list_of({}, "6"));
  start();
  REQUIRE(api.open);
  CHECK(api.open->form == encoding::json);
  line(event("ADDED", item("c", "u", "6")));
  api.open->fail({errc::connection_lost, "reset"});
  time.settle();
  REQUIRE(api.open);
  CHECK(api.open->form == encoding::json);
  CHECK(api.forms_of_lists == std::vector{encoding::json, encoding::json});
}

TEST_CASE_FIXTURE(protobuf_scene, "reflector: malformed protobuf is dropped and reported, the rest comes through") {
  const std::string broken = "\x0a\x7f";
  api.listings.push_back(scripted_client::protobuf_list_of(
      "Node", {node_bytes("a"), broken, field(1, field(5, "no name")), node_bytes("b")}, "5"));
  start();
  CHECK(into.take() == lines{"=a b"});
  CHECK(watcher.take() == lines{"dropped malformed", "dropped malformed", "listed nodes 2"});
  frame(broken);
  frame(watch_event_bytes("ADDED", "k8s\x01" + enveloped("Node", node_bytes("x")).substr(4)));
  frame(event_bytes("ADDED", broken));
  frame(event_bytes("WHATEVER", node_bytes("x")));
  frame(watch_event_bytes("ADDED", enveloped("Pod", node_bytes("x"))));
  frame(event_bytes("ADDED", node_bytes("c", "6")));
  CHECK(into.take() == lines{"+c"});
  CHECK(watcher.take() == lines{"dropped malformed", "dropped malformed", "dropped malformed",
                                "dropped unexpected_answer", "dropped unexpected_answer"});
  finish();
  CHECK(watching_from("6"));
}

TEST_CASE_FIXTURE(protobuf_scene, "reflector: frames that cannot be read are no sign of life of a watch") {
  api.listings.push_back(two_nodes());
  start();
  for (int i = 0; i < 8; ++i) {
    frame("\x0a\x7f");
    time.advance(11s);
  }
  CHECK(api.lists.size() == 1);
  api.listings.push_back(two_nodes());
  time.advance(3s);
  CHECK(api.lists.back().ends_with("&limit=1"));
  CHECK(api.watches.size() == 2);
  CHECK(api.forms_of_lists == std::vector(2, encoding::protobuf));
}

TEST_CASE_FIXTURE(protobuf_scene,
                  "reflector: watches of nothing but frames that cannot be read back off, and all is listed") {
  api.listings.push_back(two_nodes());
  start();
  std::chrono::seconds waited{0};
  for (std::size_t lists = 1; lists < 6; ++lists) {
    for (int i = 0; i < 3; ++i) frame("\x0a\x7f");
    time.advance(10s);  // not because it was short
    finish();
    CHECK_FALSE(api.open);
    api.listings.push_back(two_nodes());
    for (; api.lists.size() == lists; waited += 1s) time.advance(1s);
    CHECK(watching_from("5"));
  }
  CHECK(waited >= 24s);
  CHECK(waited <= 60s);
  CHECK(watcher.take().size() == 6 + 5 * 3);  // six lists, and each frame is told of
}

TEST_CASE_FIXTURE(protobuf_scene, "comparison: in protobuf an object that the watch never brought is found, too") {
  into.against = &shelf;
  for (const char* name : {"a", "b"}) shelf.put(node_shelf::make(name, "1"));
  api.listings.push_back(two_nodes());
  start();
  into.take();
  watcher.take();
  const auto three = [](const char* version) {
    return scripted_client::protobuf_list_of("Node", {node_bytes("a"), node_bytes("b"), node_bytes("lost")}, version);
  };
  api.listings.push_back(three("8"));
  const auto pass = [&](std::chrono::seconds span, const char* version) {
    for (; span > 0s; span -= 30s) {
      time.advance(30s);
      if (api.open) frame(event_bytes("BOOKMARK", field(1, field(6, version))));
    }
  };
  pass(120s, "8");
  CHECK(api.lists.back() == "/api/v1/nodes?fieldSelector=a%3Db&limit=500");
  CHECK(watcher.take().empty());
  api.listings.push_back(scripted_client::protobuf_list_of("Node", {node_bytes("lost")}, "9"));
  api.listings.push_back(three("9"));
  pass(60s, "9");
  CHECK(api.lists.at(api.lists.size() - 2) == "/api/v1/nodes?fieldSelector=metadata.name%3Dlost");
  CHECK(watcher.take() == lines{"missed lost", "listed nodes 3"});
  CHECK(into.take() == lines{"=a b lost"});
  CHECK(api.forms_of_lists == std::vector(4, encoding::protobuf));
}

TEST_CASE_FIXTURE(protobuf_scene, "reflector: items of a list of another kind are dropped, each of them") {
  api.listings.push_back(scripted_client::protobuf_list_of("Pod", {node_bytes("a"), node_bytes("b")}, "5"));
  start();
  CHECK(into.take() == lines{"="});
  CHECK(watcher.take() == lines{"dropped unexpected_answer", "dropped unexpected_answer", "listed nodes 0"});
}

TEST_CASE_FIXTURE(protobuf_scene, "reflector: an ERROR event in protobuf that says 410 is answered by a list") {
  api.listings.push_back(two_nodes());
  start();
  time.advance(1min);
  into.take();
  watcher.take();
  const std::string gone = enveloped("Status", field(3, "too old") + field(4, "Expired") + integer(6, 410));
  frame(watch_event_bytes("ERROR", gone));
  CHECK(watcher.take() == lines{"failed watch gone"});
  api.listings.push_back(scripted_client::protobuf_list_of("Node", {node_bytes("c")}, "20"));
  time.advance(250ms);
  CHECK(into.take() == lines{"=c"});
  CHECK(watching_from("20"));
}
