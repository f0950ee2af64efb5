#include "test/k8s/watch/node_shelf.hpp"
#include "test/k8s/watch/reflector_scene.hpp"

/// Lines that a watch never brought.
using namespace berth::test::reflecting;
using berth::test::node_shelf;
using berth::test::scripted_client;

namespace {

/// Follows node `a`; two minutes later the comparison is due.
struct compared_scene : scene {
  compared_scene() {
    into.against = &shelf;
    shelf.put(node_shelf::make("a", "1"));
    api.listings.push_back(scripted_client::list_of({item("a")}, "5"));
    start();
    into.take();
    watcher.take();
  }
  /// With bookmarks, so that the watch is not taken for dead.
  void pass(std::chrono::seconds time_) {
    for (; time_ > 0s; time_ -= 30s) {
      time.advance(30s);
      if (api.open) line(bookmark(std::to_string(++version)));
    }
  }
  void server_lists(std::vector<std::string> items) {
    api.listings.push_back(scripted_client::list_of(std::move(items), std::to_string(++version)));
  }
  node_shelf shelf;
  int version = 10;
};

}  // namespace

TEST_CASE_FIXTURE(compared_scene, "comparison: an object that the watch never brought is found within three minutes") {
  server_lists({item("a"), item("lost")});
  pass(120s);
  CHECK(api.lists.back() == "/api/v1/nodes?fieldSelector=a%3Db&limit=500");
  CHECK(watcher.take().empty());
  server_lists({item("lost")});
  server_lists({item("a"), item("lost")});
  pass(60s);
  CHECK(api.lists.at(api.lists.size() - 2) == "/api/v1/nodes?fieldSelector=metadata.name%3Dlost");
  CHECK(watcher.take() == lines{"missed lost", "listed nodes 2"});
  CHECK(into.take() == lines{"=a lost"});
  CHECK(watching_from(std::to_string(version - 2)));
}

TEST_CASE_FIXTURE(compared_scene, "comparison: so is one whose deletion the watch never brought") {
  server_lists({});
  pass(120s);
  server_lists({});
  server_lists({});
  pass(60s);
  CHECK(watcher.take() == lines{"missed a", "listed nodes 0"});
}

TEST_CASE_FIXTURE(compared_scene, "comparison: what the watch brings meanwhile was on its way") {
  server_lists({item("a"), item("late")});
  pass(120s);
  const std::size_t asked = api.lists.size();
  shelf.put(node_shelf::make("late", "11"));
  pass(60s);
  CHECK(api.lists.size() == asked);
  CHECK(watcher.take().empty());
}

TEST_CASE_FIXTURE(compared_scene, "comparison: what came and went is not missed") {
  server_lists({item("a"), item("short")});
  pass(120s);
  const std::size_t asked = api.lists.size();
  server_lists({});
  pass(60s);
  CHECK(api.lists.size() == asked + 1);
  CHECK(watcher.take().empty());
}

TEST_CASE_FIXTURE(compared_scene, "comparison: what cannot be read when it is asked for is not taken for gone") {
  server_lists({item("a"), item("odd")});
  pass(120s);
  const std::size_t asked = api.lists.size();
  server_lists({R"({"metadata":{"name":7}})"});
  pass(60s);
  CHECK(api.lists.size() == asked + 1);
  CHECK(watcher.take().empty());
}

TEST_CASE_FIXTURE(compared_scene, "comparison: it asks for lists alone, as whoever may list and watch can") {
  server_lists({item("a"), item("lost")});
  pass(120s);
  server_lists({item("lost")});
  pass(60s);
  CHECK(api.calls.empty());
}

TEST_CASE_FIXTURE(compared_scene, "comparison: where the server cannot be asked, it is asked another time") {
  pass(120s);  // nothing is scripted
  const std::size_t before = api.lists.size();
  server_lists({item("a")});
  pass(120s);
  CHECK(api.lists.size() == before + 1);
  CHECK(watcher.take().empty());
}

TEST_CASE_FIXTURE(compared_scene, "comparison: for its sake all is listed at most once in ten minutes") {
  std::size_t missed = 0;
  for (int minute = 0; minute < 60; ++minute) {
    for (int i = 0; i < 3; ++i) server_lists({item("a"), item("lost")});
    pass(60s);
    for (const std::string& note : watcher.take()) missed += note == "missed lost";
    api.listings.clear();
  }
  CHECK(missed >= 3);
  CHECK(missed <= 6);
}

TEST_CASE_FIXTURE(compared_scene,
                  "comparison: a restored server whose versions have grown past ours is found within two minutes") {
  shelf.put(node_shelf::make("a", "7"));
  server_lists({item("a", "u", "3")});
  server_lists({item("a", "u", "3")});
  pass(120s);
  CHECK(watcher.take() == lines{"missed a", "listed nodes 1"});
  CHECK(into.take() == lines{"=a"});
  CHECK(api.lists.back() == "/api/v1/nodes?fieldSelector=a%3Db&limit=500");
  CHECK(watching_from("12"));
  CHECK(back.histories() == 1);
}

TEST_CASE_FIXTURE(compared_scene, "comparison: what is older in the newest state than the store's is let go of first") {
  for (const char* name : {"7", "8", "9"}) shelf.put(node_shelf::make(name, name));
  const auto cordoned = [](const char* name, const char* at) {
    return std::string(R"({"metadata":{"name":")") + name + R"(","uid":"u","resourceVersion":")" + at +
           R"("},"spec":{"unschedulable":true}})";
  };
  server_lists({cordoned("7", "6"), cordoned("8", "8"), cordoned("9", "10"), item("a")});
  back.tell_of_another_history();
  time.settle();
  CHECK(into.take() == lines{"-7", "-8", "=7 8 9 a"});
}
