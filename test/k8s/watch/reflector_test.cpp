#include "test/k8s/watch/reflector_scene.hpp"

#include <doctest/doctest.h>

using namespace berth::test;
using namespace berth::test::reflecting;

TEST_CASE("reflector: lists, then watches, and passes all of it on in order") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({item("a"), item("b")}, "5"));
  s.start();
  CHECK(s.api.lists == lines{"/api/v1/nodes?fieldSelector=a%3Db&limit=500&resourceVersion=0"});
  CHECK(s.into.take() == lines{"=a b"});
  CHECK(s.watcher.take() == lines{"listed nodes 2"});
  REQUIRE(s.api.watches.size() == 1);
  CHECK(s.api.watches[0].starts_with(
      "/api/v1/nodes?fieldSelector=a%3Db&watch=true&allowWatchBookmarks=true&timeoutSeconds="));
  CHECK(s.api.watches[0].ends_with("&resourceVersion=5"));
  s.line(event("ADDED", item("c", "u", "6")));
  s.line(event("MODIFIED", item("a", "u", "7")));
  s.line(event("DELETED", item("b", "u", "8")));
  CHECK(s.into.take() == lines{"+c", "+a", "-b"});
}

TEST_CASE("reflector: where whole objects are asked for, each one's text comes before it") {
  scene s;
  s.whole_objects = true;
  s.api.listings.push_back(scripted_client::list_of({item("a"), item("b")}, "5"));
  s.start();
  CHECK(s.into.take() == lines{"whole a " + item("a"), "whole b " + item("b"), "=a b"});
  s.line(event("MODIFIED", item("a", "u", "6")));
  CHECK(s.into.take() == lines{"whole a " + item("a", "u", "6"), "+a"});
  s.line(R"({ "object" : )" + item("a", "u", "7") + R"( , "type" : "MODIFIED" })");
  CHECK(s.into.take() == lines{"whole a " + item("a", "u", "7"), "+a"});
  s.line(event("DELETED", item("a", "u", "8")));
  CHECK(s.into.take() == lines{"-a"});
}

TEST_CASE("reflector: a watch that ends is resumed where it was, without a list") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({}, "5"));
  s.start();
  s.line(event("ADDED", item("c", "u", "6")));
  s.finish();
  CHECK(s.watching_from("6"));
  s.line(bookmark("9"));
  s.api.listings.push_back(scripted_client::list_of({}, "9"));
  s.api.open->fail({errc::connection_lost, "reset"});
  s.time.settle();
  CHECK(s.watching_from("9"));
  CHECK(s.api.lists.back().ends_with("&limit=1"));
  CHECK(s.into.take() == lines{"=", "+c"});
  CHECK(s.watcher.take() == lines{"listed nodes 0", "confirmed nodes"});
}

TEST_CASE("reflector: a 410 relists and keeps serving the old store") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({item("a")}, "5"));
  s.start();
  s.time.advance(1min);
  s.into.take();
  s.watcher.take();
  s.line(expired);
  CHECK(s.into.take().empty());
  CHECK(s.watcher.take() == lines{"failed watch gone"});
  s.api.listings.push_back({{}, error{errc::gone, "too old"}});
  s.api.listings.push_back(scripted_client::list_of({item("b")}, "20"));
  s.time.advance(250ms);
  REQUIRE(s.api.lists.size() == 3);
  CHECK(s.api.lists[1].ends_with("?fieldSelector=a%3Db&resourceVersion=5"));
  CHECK(s.api.lists[2].ends_with("?fieldSelector=a%3Db&limit=500"));
  CHECK(s.into.take() == lines{"=b"});
  CHECK(s.watching_from("20"));
}

TEST_CASE("reflector: a list that breaks leaves nothing behind") {
  scene s;
  s.api.listings.push_back({{item("half")}, error{errc::connection_lost, "cut"}});
  s.start();
  CHECK(s.into.take().empty());
  CHECK(s.watcher.take() == lines{"failed list connection_lost"});
  s.api.listings.push_back(scripted_client::list_of({item("a")}, "5"));
  s.time.advance(4s);
  CHECK(s.into.take() == lines{"=a"});
  CHECK(s.watcher.take() == lines{"listed nodes 1", "recovered nodes"});
}

TEST_CASE("reflector: pages are put together, and come to the store as one") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({item("a")}, "5", "more/+="));
  s.api.listings.push_back(scripted_client::list_of({item("b")}, "5"));
  s.start();
  CHECK(s.into.take() == lines{"=a b"});
  REQUIRE(s.api.lists.size() == 2);
  CHECK(s.api.lists[1] == "/api/v1/nodes?fieldSelector=a%3Db&limit=500&continue=more%2F%2B%3D");
  CHECK(s.watching_from("5"));
}

TEST_CASE("reflector: a store may keep others in place of what the pages of a list bring") {
  scene s;
  s.into.staged_suffix = "'";
  s.api.listings.push_back(scripted_client::list_of({item("a")}, "5", "more"));
  s.api.listings.push_back(scripted_client::list_of({item("b")}, "5"));
  s.start();
  s.line(event("ADDED", item("c", "u", "6")));
  CHECK(s.into.take() == lines{"=a' b'", "+c"});
}

TEST_CASE("reflector: pages that expire on the way do not come twice") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({item("a")}, "5", "more"));
  s.api.listings.push_back({{}, error{errc::gone, "expired"}});
  s.api.listings.push_back(scripted_client::list_of({item("a"), item("b")}, "9"));
  s.start();
  CHECK(s.into.take() == lines{"=a b"});
  CHECK(s.watching_from("9"));
}

TEST_CASE("reflector: malformed objects are dropped and reported, the others come through") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({item("a"), R"({"metadata":7})", item("b")}, "5"));
  s.start();
  CHECK(s.into.take() == lines{"=a b"});
  CHECK(s.watcher.take() == lines{"dropped malformed", "listed nodes 2"});
  s.line("{nonsense");
  s.line(event("ADDED", R"({"metadata":{"name":[]}})"));
  s.line(event("ADDED", item("c", "u", "6")));
  CHECK(s.into.take() == lines{"+c"});
  CHECK(s.watcher.take() == lines{"dropped malformed", "dropped malformed"});
  s.finish();
  CHECK(s.watching_from("6"));
}

TEST_CASE("reflector: a server that is away is asked for its version until it is back, and then for the same watch") {
  scene s;
  s.lose_server_after_a_minute();
  s.time.advance(75s);
  CHECK(s.api.lists.size() > 75 / 5);
  CHECK(s.api.lists.size() < 75 / 4 + 3);
  CHECK(s.api.lists.back() == "/api/v1/nodes?fieldSelector=a%3Db&limit=1");
  s.api.listings.push_back(scripted_client::list_of({item("a")}, "9"));
  s.time.advance(4400ms);
  CHECK(s.watching_from("5"));
  CHECK(s.api.watches.size() == 3);
  CHECK(s.into.take() == lines{"=a"});  // the one item of the answer is nobody's
}

TEST_CASE("reflector: told that the server is well again, it asks at once; and it tells the others") {
  scene s;
  s.lose_server_after_a_minute();
  s.time.advance(10s);
  const std::size_t before = s.api.lists.size();
  s.back.tell();
  s.time.settle();
  CHECK(s.api.lists.size() == before + 1);

  bool told = false;
  boost::asio::co_spawn(s.strand, s.back.wait(), [&](std::exception_ptr) { told = true; });
  s.time.advance(3900ms);
  CHECK_FALSE(told);
  s.api.listings.push_back(scripted_client::list_of({item("a")}, "9"));
  s.time.advance(6s);  // it was told, and failed again: it backs off
  CHECK(s.watching_from("5"));
  CHECK(told);
}

TEST_CASE("reflector: the first line of a watch says that an outage is over, once") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({}, "5"));
  s.start();
  s.watcher.take();
  s.api.refusals.push_back({errc::unreachable, "refused"});
  s.time.advance(10s);
  s.finish();
  CHECK(s.watcher.take() == lines{"failed watch unreachable"});
  s.api.listings.push_back(scripted_client::list_of({}, "5"));
  s.time.advance(4s);
  CHECK(s.watching_from("5"));
  CHECK(s.watcher.take() == lines{"confirmed nodes"});
  s.line(bookmark("6"));
  CHECK(s.watcher.take() == lines{"recovered nodes"});
  s.line(bookmark("7"));
  s.finish();
  s.line(event("ADDED", item("c", "u", "8")));
  CHECK(s.watcher.take().empty());
}

TEST_CASE(
    "reflector: a watch that is silent for 90 s is opened anew from where it was, once the server's version is "
    "confirmed") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({}, "5"));
  s.start();
  s.time.advance(89s);
  s.line(bookmark("6"));
  s.time.advance(89s);
  CHECK(s.api.watches.size() == 1);
  s.api.listings.push_back(scripted_client::list_of({}, "6"));
  s.time.advance(1s);
  CHECK(s.api.watches.size() == 2);
  CHECK(s.watching_from("6"));
  CHECK(s.api.lists.size() == 2);
  CHECK(s.watcher.take() == lines{"listed nodes 0", "confirmed nodes"});
}

TEST_CASE("reflector: a server that was restored from an older copy is listed anew, however quiet it is") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({item("a"), item("b")}, "500"));
  s.start();
  s.into.take();
  // It accepts the watch from the future, and never says a word.
  s.api.listings.push_back(scripted_client::list_of({item("a")}, "300"));
  s.api.listings.push_back(scripted_client::list_of({item("a"), item("new")}, "300"));
  s.time.advance(90s);
  CHECK(s.into.take() == lines{"=a new"});
  CHECK(s.api.lists.back() == "/api/v1/nodes?fieldSelector=a%3Db&limit=500");
  CHECK(s.watching_from("300"));
  CHECK(s.back.histories() == 1);
}

TEST_CASE("reflector: told by another of an older history it lists anew at once, at most every ten minutes") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({item("a")}, "500"));
  s.start();
  s.into.take();
  s.api.listings.push_back(scripted_client::list_of({item("new")}, "800"));
  s.back.tell_of_another_history();
  s.time.settle();
  CHECK(s.into.take() == lines{"=new"});
  CHECK(s.api.lists.back() == "/api/v1/nodes?fieldSelector=a%3Db&limit=500");
  CHECK(s.watching_from("800"));
  s.back.tell_of_another_history();
  s.time.settle();
  CHECK(s.api.lists.size() == 2);
  CHECK(s.watching_from("800"));
}

TEST_CASE("reflector: lines that cannot be read are no sign of life of a watch") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({}, "5"));
  s.start();
  for (int i = 0; i < 8; ++i) {
    s.line("{nonsense");
    s.time.advance(11s);
  }
  CHECK(s.api.lists.size() == 1);
  s.api.listings.push_back(scripted_client::list_of({}, "6"));
  s.time.advance(3s);
  CHECK(s.api.lists.back().ends_with("&limit=1"));
  CHECK(s.api.watches.size() == 2);
}

TEST_CASE("reflector: an event or a bookmark of an older history is not passed on; all is listed anew") {
  for (const bool as_bookmark : {false, true}) {
    CAPTURE(as_bookmark);
    scene s;
    s.api.listings.push_back(scripted_client::list_of({item("a")}, "500"));
    s.start();
    s.into.take();
    s.api.listings.push_back(scripted_client::list_of({item("new")}, "301"));
    s.line(as_bookmark ? bookmark("300") : event("MODIFIED", item("a", "u", "300")));
    CHECK(s.into.take() == lines{"=new"});
    CHECK(s.watching_from("301"));
    CHECK(s.back.histories() == 1);
  }
}

TEST_CASE("reflector: a list without end is cut off, and what was there stays") {
  scene s;
  s.most_objects = 3;
  s.api.listings.push_back(scripted_client::list_of({item("a")}, "5"));
  s.start();
  s.into.take();
  s.watcher.take();
  s.time.advance(11s);
  s.api.listings.push_back(scripted_client::list_of({item("x"), item("y"), item("z"), item("u")}, "9"));
  s.line(expired);
  s.time.advance(300ms);
  CHECK(s.into.take().empty());
  CHECK(s.watcher.take() == lines{"failed watch gone", "failed list too_large"});
}

TEST_CASE("reflector: a burst comes whole, in order, and a store that is behind is waited for") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({}, "5"));
  s.start();
  s.into.take();
  lines expected;
  const auto watch = s.api.open;
  int sent = 0;
  // Nothing is delivered meanwhile: the store's executor has no turn.
  for (; !watch->stopped && sent < 10'000; ++sent) {
    const auto name = std::to_string(sent);
    watch->line(event("ADDED", item(name, "u", std::to_string(100 + sent))));
    expected.push_back("+" + name);
  }
  CHECK(sent == 4096);
  s.time.settle();
  CHECK(s.into.take() == expected);
  CHECK(s.watching_from(std::to_string(100 + sent - 1)));
  CHECK(s.api.lists.size() == 1);
}

TEST_CASE("reflector: events that were read before a watch ended come before what follows it") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({item("a")}, "5"));
  s.start();
  s.time.advance(1min);
  s.into.take();
  s.api.listings.push_back(scripted_client::list_of({item("z")}, "9"));
  s.api.open->line(event("ADDED", item("b", "u", "6")));
  s.api.open->line(expired);
  s.time.advance(250ms);
  CHECK(s.into.take() == lines{"+b", "=z"});
}

TEST_CASE("reflector: it runs until it is cancelled, in whatever it is doing") {
  for (const char* doing : {"watching", "waiting"}) {
    CAPTURE(doing);
    scene s;
    if (doing == std::string("watching")) s.api.listings.push_back(scripted_client::list_of({}, "5"));
    s.start();
    CHECK_FALSE(s.ended);
    s.stop();
    CHECK(s.ended);
    REQUIRE(s.thrown);
    CHECK_THROWS_AS(std::rethrow_exception(s.thrown), boost::system::system_error);
    CHECK(s.time.sleeping() == 0);
  }
}

TEST_CASE("reflector: what was read and not delivered when it is cancelled never comes") {
  scene s;
  s.api.listings.push_back(scripted_client::list_of({}, "5"));
  s.start();
  s.into.take();
  s.api.open->line(event("ADDED", item("late", "u", "6")));
  s.cancel.emit(boost::asio::cancellation_type::terminal);
  s.time.settle();
  CHECK(s.ended);
  const auto after = s.into.take();
  CHECK(after.size() <= 1);
  s.time.advance(10min);
  CHECK(s.into.take().empty());
}
