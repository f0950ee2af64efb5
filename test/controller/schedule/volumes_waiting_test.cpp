#include "test/controller/schedule/volume_world.hpp"

#include <doctest/doctest.h>

/// A pod that waits in PreBind for its volumes: nominated, evicted, deleted.
TEST_CASE("volumes: a pod that waits is nominated to its node, until it is bound or its attempt has failed") {
  volume_world v("60");
  v.list(1);
  v.add_claim("data", "made");
  v.add_claim("never", "made");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  CHECK(v.nominated("p") == "n0");
  v.create_pod("at-once", {});
  v.w.advance(1s);
  CHECK(v.w.node_of("at-once") == "n0");
  CHECK(v.w.logged("nominatedNodeName=\"n0\"") == 1);  // not of a pod that has nothing to wait for
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n0");
  CHECK(v.nominated("p") == "");

  // The watch is late: what was sent is taken back all the same.
  v.create_pod("q", {"never"});
  v.w.watching = false;
  v.w.advance(1s);
  CHECK(v.nominated("q") == "n0");
  v.w.advance(60s);
  CHECK(v.w.find_event("q", "FailedScheduling") != nullptr);
  CHECK(v.nominated("q") == "");
}

TEST_CASE("volumes: a nomination that the server gets after the binding changes nothing") {
  volume_world v;
  v.list(1);
  v.add_claim("data", "made");
  v.w.api.latency = [](const request& r) {
    return r.body.find("nominatedNodeName") == r.body.npos ? std::chrono::milliseconds(5) : 3s;
  };
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n0");
  v.w.advance(5s);
  CHECK(v.nominated("p") == "");
}

TEST_CASE("volumes: a pod that waits is no obstacle to one of higher priority: it is let go, and scheduled again") {
  volume_world v;
  v.w.list({make_node("n0").cpu("1m")});
  v.add_classes();
  v.add_claim("data", "made");
  v.create_pod("low", {"data"});
  v.w.advance(1s);
  CHECK(v.claims.at("data").selected_node == "n0");
  v.create_pod("high", {}, 10);
  v.w.advance(500ms);
  CHECK(v.w.node_of("high") == "n0");
  CHECK(v.w.api.count("DELETE", "/pods/low") == 0);
  REQUIRE(v.w.find_event("low", "Preempted") != nullptr);
  CHECK(v.w.find_event("low", "Preempted")->note ==
        "Preempted by pod default-high on node n0 (in kube-scheduler memory).");
  CHECK(v.w.find_event("low", "FailedScheduling")->note ==
        R"(running PreBind plugin "VolumeBinding": preempted by DefaultPreemption)");
  v.w.remove("high");
  v.w.advance(5s);
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.node_of("low") == "n0");
}

TEST_CASE("volumes: of a pod that is deleted or evicted while its claims are written, no further one is written") {
  volume_world v;
  v.w.list({make_node("n0").cpu("2m")});
  v.add_classes();
  for (const char* name : {"a", "b", "c", "d"}) v.add_claim(name, "made");
  v.w.api.latency = [](const request& r) { return r.path.find("/persistentvolumeclaims/") == r.path.npos ? 5ms : 1s; };
  v.create_pod("deleted", {"a", "b"});
  v.create_pod("evicted", {"c", "d"});
  v.w.advance(500ms);
  v.w.remove("deleted");
  v.create_pod("high", {}, 10);
  v.create_pod("higher", {}, 10);
  v.w.advance(900ms);
  CHECK(v.w.api.count("DELETE", "/pods/evicted") == 0);
  CHECK(v.claims.at("a").selected_node == "n0");
  CHECK(v.claims.at("c").selected_node == "n0");
  CHECK(v.w.api.count("PATCH", "/persistentvolumeclaims/b") == 0);
  CHECK(v.w.api.count("PATCH", "/persistentvolumeclaims/d") == 0);
  CHECK(v.assumed() == 0);
}

TEST_CASE("volumes: a pod that is deleted while it waits gives up what is not written, and its room") {
  volume_world v;
  v.list(1);
  v.add_claim("data", "made");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  CHECK(v.w.scheduler.cache().assumed_count() == 1);
  v.w.remove("p");
  v.w.advance(1s);
  CHECK(v.w.scheduler.cache().assumed_count() == 0);
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.scheduler.queue().in_flight() == 0);
}

TEST_CASE("volumes: a process that ends lets the pods go that wait for volumes, and binds none of them later") {
  volume_world v;
  v.list(1);
  v.add_claim("data", "made");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  REQUIRE(v.w.scheduler.cache().assumed_count() == 1);
  bool drained = false;
  auto at_the_end = [&](std::exception_ptr) { drained = true; };
  boost::asio::co_spawn(v.w.io, v.w.scheduler.drain(v.w.time.now() + 10s), at_the_end);
  v.w.advance(10ms);
  CHECK(drained);
  CHECK(v.w.scheduler.cache().assumed_count() == 0);
  v.provision();
  v.w.advance(5s);
  CHECK(v.w.node_of("p") == "");
  CHECK(v.w.api.count("POST", "/pods/p/binding") == 0);
}
