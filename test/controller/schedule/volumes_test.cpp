#include "test/controller/schedule/volume_world.hpp"

#include <doctest/doctest.h>

/// Pods with claims, in the process as a whole: volumes are assumed, written, waited for, and given back.

TEST_CASE(
    "volumes: a claim that waits for its consumer is bound to a local volume, then the pod to the volume's node") {
  volume_world v;
  v.list(3);
  v.add_volume("large", "n1", 5);
  v.add_volume("small", "n1", 2);
  v.add_claim("data", "local");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  CHECK(v.volumes.at("small").claim->key.name == "data");
  CHECK(v.volumes.at("small").bound_by_controller);
  CHECK_FALSE(v.volumes.at("large").claim);
  CHECK(v.w.node_of("p") == "");  // the volume controller has its say first
  v.bind_claims();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n1");
  CHECK(v.assumed() == 0);
}

TEST_CASE("volumes: a claim that is bound to another volume than the chosen one takes the pod to that volume's node") {
  volume_world v;
  v.list(2);
  v.add_volume("chosen", "n0");
  v.add_claim("data", "local");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  REQUIRE(v.volumes.at("chosen").claim);
  v.add_volume("other", "n1");
  volume other = v.volumes.at("other");
  other.claim = k8s::claim_reference{{"default", "data"}, "data-uid"};
  other.available = false;
  v.put(other);
  claim data = v.claims.at("data");
  data.volume_name = "other";
  data.bind_completed = data.has_annotations = true;
  v.put(data);
  v.w.advance(1s);
  REQUIRE(v.w.find_event("p", "FailedScheduling") != nullptr);
  CHECK(
      v.w.find_event("p", "FailedScheduling")->note ==
      R"(running PreBind plugin "VolumeBinding": binding volumes: PVC "default/data" was bound to pv "other" and not to "chosen")");
  v.w.advance(10s);
  CHECK(v.w.node_of("p") == "n1");
}

TEST_CASE("volumes: a claim that a pod names twice has two volumes chosen for it, and is bound to either") {
  volume_world v;
  v.list(1);
  v.add_volume("one", "n0", 1);
  v.add_volume("another", "n0", 2);
  v.add_claim("data", "local");
  v.create_pod("p", {"data", "data"});
  v.w.advance(1s);
  CHECK(v.volumes.at("one").claim);
  CHECK(v.volumes.at("another").claim);
  claim data = v.claims.at("data");
  data.volume_name = "another";
  data.bind_completed = data.has_annotations = true;
  v.put(data);
  v.w.advance(1s);
  CHECK(v.w.find_event("p", "FailedScheduling") == nullptr);
  CHECK(v.w.node_of("p") == "n0");
  CHECK(v.assumed() == 0);
}

TEST_CASE("volumes: a claim is provisioned for the node that was selected, then the pod is bound") {
  volume_world v;
  v.list(1);
  v.add_claim("data", "made");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  CHECK(v.claims.at("data").selected_node == "n0");
  CHECK(v.w.node_of("p") == "");
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n0");
}

TEST_CASE("volumes: two pods at once are not given one volume") {
  volume_world v;
  v.list(2);
  v.add_volume("a", "n0");
  v.add_claim("x", "local");
  v.add_claim("y", "local");
  v.create_pod("px", {"x"});
  v.create_pod("py", {"y"});
  v.w.advance(1s);
  v.bind_claims();
  v.w.advance(1s);
  CHECK((v.w.node_of("px") == "n0") != (v.w.node_of("py") == "n0"));
  // Another volume comes: the other pod need not wait longer.
  v.add_volume("b", "n1");
  v.w.advance(2s);
  v.bind_claims();
  v.w.advance(1s);
  CHECK(v.w.node_of("px") != "");
  CHECK(v.w.node_of("py") != "");
}

TEST_CASE("volumes: a provisioner that never answers costs the pod its attempt, and others nothing") {
  volume_world v("60", 4);
  v.list(2);
  for (int i = 0; i < 100; ++i) {
    v.add_claim("c" + std::to_string(i), "made");
    v.create_pod("p" + std::to_string(i), {"c" + std::to_string(i)});
  }
  v.w.advance(2s);
  for (int i = 0; i < 20; ++i) v.create_pod("q" + std::to_string(i), {});
  v.w.advance(1s);
  for (int i = 0; i < 20; ++i) CHECK(v.w.node_of("q" + std::to_string(i)) != "");
  CHECK(v.w.find_event("p0", "FailedScheduling") == nullptr);
  v.w.advance(61s);
  for (const char* name : {"p0", "p99"}) {
    REQUIRE(v.w.find_event(name, "FailedScheduling") != nullptr);
    CHECK(v.w.find_event(name, "FailedScheduling")->note ==
          R"(running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded)");
    CHECK(v.w.api.pods.at({"default", name}).scheduled->reason == "SchedulerError");
  }
  v.provision();
  v.w.advance(30s);
  for (int i = 0; i < 100; ++i) CHECK(v.w.node_of("p" + std::to_string(i)) != "");
}

// Upstream's TestBindPodVolumes, pod-deleted-after-time.
TEST_CASE("volumes: a pod that is deleted while it waits for its volumes is waited for no longer") {
  volume_world v;
  v.list(1);
  v.add_volume("a", "n0");
  v.add_claim("x", "local");
  v.create_pod("p", {"x"});
  v.w.advance(1s);
  REQUIRE(v.volumes.at("a").claim);
  REQUIRE(v.w.scheduler.cache().assumed_count() == 1);
  v.w.remove("p");
  v.w.advance(100ms);
  CHECK(v.w.scheduler.queue().in_flight() == 0);
  CHECK(v.w.scheduler.cache().assumed_count() == 0);
  CHECK(v.assumed() == 0);
}

TEST_CASE("volumes: a provisioner that gives up sends the pod back, and it is tried again") {
  volume_world v;
  v.list(1);
  v.add_claim("data", "made");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  v.provision(true);
  v.w.advance(100ms);
  REQUIRE(v.w.find_event("p", "FailedScheduling") != nullptr);
  CHECK(v.w.find_event("p", "FailedScheduling")->note ==
        R"(running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "data")");
  v.w.advance(5s);
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n0");
}

TEST_CASE("volumes: a write that the server refuses sends the pod back with the server's words, and frees the volume") {
  volume_world v;
  v.list(1);
  v.add_volume("a", "n0");
  v.add_claim("x", "local");
  // Somebody changes the volume while the write is on its way, and the watch is late.
  v.w.api.latency = [&](const request& r) {
    if (r.path.find("/persistentvolumes/") != r.path.npos && v.watching) {
      v.watching = false;
      v.put(v.volumes.at("a"));
    }
    return std::chrono::milliseconds(5);
  };
  v.create_pod("p", {"x"});
  v.w.advance(100ms);
  REQUIRE(v.w.find_event("p", "FailedScheduling") != nullptr);
  CHECK(
      v.w.find_event("p", "FailedScheduling")->note ==
      R"(running PreBind plugin "VolumeBinding": Operation cannot be fulfilled on persistentvolumes "a": the object has been modified; please apply your changes to the latest version and try again)");
  CHECK(v.assumed() == 0);
  v.w.api.latency = [](const request&) { return std::chrono::milliseconds(5); };
  v.catch_up();
  v.w.advance(5s);
  v.bind_claims();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n0");
}

TEST_CASE("volumes: random answers and controllers leave nothing assumed, and every pod that can be placed placed" *
          doctest::test_suite("random")) {
  for (const unsigned seed : seeds({.quick = 10, .all = 300})) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    volume_world v("20", 3);
    bool stormy = true;
    v.w.api.plan = [&](const request& r) {
      if (!stormy || r.path.find("persistentvolume") == r.path.npos || upto(100) >= 30) return fault::none;
      constexpr std::array any{fault::unreachable,     fault::lost,     fault::error_500, fault::lost_after,
                               fault::error_500_after, fault::throttled};
      return any[static_cast<std::size_t>(upto(static_cast<int>(any.size())))];
    };
    v.list(3);
    int made = 0;
    for (int step = 0; step < 60; ++step) {
      const std::string n = std::to_string(++made);
      switch (upto(6)) {
        case 0:
          v.add_volume("v" + n, "n" + std::to_string(upto(3)), 1 + upto(3));
          break;
        case 1:
          v.add_claim("c" + n, upto(2) == 0 ? "local" : "made", 1 + upto(3));
          v.create_pod("p" + n, {"c" + n});
          break;
        case 2:
          v.bind_claims();
          break;
        case 3:
          v.provision(upto(3) == 0);
          break;
        case 4:
          if (upto(2) == 0)
            v.watching = false;
          else
            v.catch_up();
          break;
        case 5:
          if (!v.w.api.pods.empty() && upto(3) == 0) {
            const auto there = std::next(v.w.api.pods.begin(), upto(static_cast<int>(v.w.api.pods.size())));
            if (there->second.node_name.empty()) v.w.remove(there->first.name);
          }
          break;
      }
      v.w.advance(std::chrono::milliseconds(upto(2000)));
    }
    stormy = false;
    for (int i = 0; i < 40; ++i) {
      v.catch_up();
      v.bind_claims();
      v.provision();
      v.w.advance(10s);
    }
    CHECK(v.assumed() == 0);
    CHECK(v.w.scheduler.cache().assumed_count() == 0);
    CHECK(v.w.scheduler.queue().in_flight() == 0);
    std::set<std::string> taken;
    for (const auto& [name, c] : v.claims)
      if (!c.volume_name.empty()) CHECK(taken.insert(c.volume_name).second);
    for (const auto& [key, pod] : v.w.api.pods) {
      const claim& c = v.claims.at(pod.spec->volumes.front().reference);
      if (c.class_name == "made") CHECK(pod.node_name != "");
      if (pod.node_name.empty()) continue;
      CHECK(c.fully_bound());
      CHECK(v.volumes.at(c.volume_name).nodes->terms[0].match_expressions[0].values[0] == pod.node_name);
    }
  }
}
