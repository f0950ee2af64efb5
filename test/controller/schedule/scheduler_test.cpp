#include "test/controller/world.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

k8s::task<void> end(world& w, bool& ended) {
  co_await w.scheduler.drain(w.time.now() + 10s);
  co_await w.scheduler.flush(w.time.now() + 3s);
  ended = true;
}

}  // namespace

TEST_CASE("scheduler: a pending pod is bound, with its event, and confirmed by the watch") {
  world w;
  w.create(make_pod("web"));
  w.advance(1s);
  CHECK(w.api.requests.empty());  // nothing is decided before everything was listed
  w.list({make_node("n1")});
  w.advance(1s);
  CHECK(w.node_of("web") == "n1");
  CHECK(w.api.count("POST", "/pods/web/binding") == 1);
  CHECK(w.scheduler.cache().assumed_count() == 0);
  CHECK(w.scheduler.queue().in_flight() == 0);
  CHECK(w.logged(R"("Attempting to schedule pod" pod="default/web")") == 1);
  CHECK(w.logged(R"("Successfully bound pod to node" pod="default/web" node="n1" evaluatedNodes=1 feasibleNodes=1)") ==
        1);
  const auto* e = w.find_event("web", "Scheduled");
  REQUIRE(e != nullptr);
  CHECK(e->note == "Successfully assigned default/web to n1");
  CHECK(e->controller == "berth");
}

TEST_CASE("scheduler: a pod that fits nowhere gets its event and condition, and is bound when an event cures it") {
  world w;
  w.list({make_node("n1")});
  w.create(make_pod("web").node_selector("disk", "ssd"));
  w.advance(1s);
  CHECK(w.node_of("web") == "");
  const std::string message = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
  const auto& condition = w.api.pods.at({"default", "web"}).scheduled;
  REQUIRE(condition);
  CHECK(condition->reason == "Unschedulable");
  CHECK(condition->message.starts_with(message));
  CHECK(w.find_event("web", "FailedScheduling")->note == condition->message);
  CHECK(w.logged(R"("Unable to schedule pod; no fit; waiting" pod="default/web" err="0/1)") == 1);
  CHECK(
      w.logged(
          R"("Updating pod condition and nominated node name" pod="default/web" conditionType="PodScheduled" conditionStatus="False" conditionReason="Unschedulable" nominatedNodeName="" nominatingMode=1)") ==
      1);
  w.nodes().applied(make_node("n1").version("2").label("disk", "ssd"));
  w.advance(10ms);
  CHECK(w.node_of("web") == "n1");
}

TEST_CASE("scheduler: a pod refused again for the same reason counts on one event and patches nothing") {
  world w;
  w.list({make_node("n1")});
  w.create(make_pod("web").node_selector("disk", "ssd"));
  w.advance(1s);
  w.advance(10min + 10s);  // no event wakes it: it is tried every five minutes
  CHECK(w.api.events.size() == 1);
  CHECK(w.find_event("web", "FailedScheduling")->count == 3);
  CHECK(w.api.count("PATCH", "/pods/web/status") == 1);
}

TEST_CASE("scheduler: without nodes a pod waits, says so, and is bound when one comes") {
  world w;
  w.list({});
  w.create(make_pod("web"));
  w.advance(1s);
  CHECK(w.find_event("web", "FailedScheduling")->note == "no nodes available to schedule pods");
  CHECK(w.logged("no nodes are registered to the cluster") == 1);
  w.nodes().applied(make_node("n1"));
  w.advance(10ms);
  CHECK(w.node_of("web") == "n1");
}

TEST_CASE("scheduler: assumed pods take room before the server has answered") {
  world w;
  w.list({make_node("n1").cpu("1")});
  w.api.latency = [](const request&) { return 500ms; };
  w.create(make_pod("a").cpu("1"));
  w.create(make_pod("b").cpu("1"));
  w.advance(100ms);
  CHECK(w.scheduler.cache().assumed_count() == 1);
  CHECK(w.api.count("POST", "/binding") == 1);
  w.advance(10s);
  CHECK((w.node_of("a") == "n1") != (w.node_of("b") == "n1"));
}

TEST_CASE("scheduler: as many bindings in flight as allowed, the rest keep their turn in the queue") {
  world w(settings_with(4));
  w.list({make_node("n1")});
  w.api.latency = [](const request&) { return 1s; };
  for (int i = 0; i < 10; ++i) w.create(make_pod("p" + std::to_string(i)));
  w.advance(100ms);
  CHECK(w.api.count("POST", "/binding") == 4);
  CHECK(w.scheduler.queue().size(controller::queue_name::active) == 6);
  w.advance(10s);
  CHECK(w.api.count("POST", "/binding") == 10);
}

TEST_CASE("scheduler: 409 because it is bound to our node is success; the POST is not repeated") {
  world w;
  w.list({make_node("n1")});
  // The first POST is carried out and its answer lost on the way: a proxy sends it again and gets 409.
  w.watching = false;
  w.create(make_pod("web"));
  w.relist_pods();
  w.api.change_pod({"default", "web"}, [](k8s::pod& p) { p.node_name = "n1"; });
  w.advance(5s);
  CHECK(w.api.count("POST", "/binding") == 1);
  CHECK(w.api.count("GET", "/pods/web") == 1);
  CHECK(w.logged("Successfully bound pod to node") == 1);
  CHECK(w.find_event("web", "FailedScheduling") == nullptr);
}

TEST_CASE("scheduler: 409 because somebody else bound it is no failure of the pod; its room is free again") {
  world w;
  w.list({make_node("n1").cpu("1"), make_node("n2").unschedulable()});
  w.watching = false;
  w.create(make_pod("web").cpu("1"));
  w.relist_pods();
  w.api.change_pod({"default", "web"}, [](k8s::pod& p) { p.node_name = "n2"; });
  w.advance(5s);
  CHECK(w.api.count("POST", "/binding") == 1);
  CHECK(w.scheduler.cache().assumed_count() == 0);
  CHECK(w.find_event("web", "FailedScheduling") == nullptr);
  w.watching = true;
  w.relist_pods();
  w.create(make_pod("next").cpu("1"));
  w.advance(5s);
  CHECK(w.node_of("next") == "n1");
}

TEST_CASE("scheduler: a pod deleted and made anew under its name is scheduled as another pod") {
  world w;
  w.list({make_node("n1")});
  w.api.latency = [](const request&) { return 1s; };
  w.create(make_pod("web").uid("old"));
  w.advance(500ms);
  w.watching = false;
  w.remove("web");
  w.create(make_pod("web").uid("new"));
  w.advance(1700ms);
  CHECK(w.node_of("web") == "");  // the binding named the old uid
  CHECK(w.scheduler.cache().assumed_count() == 0);
  w.watching = true;
  w.relist_pods();
  w.advance(5s);
  CHECK(w.node_of("web") == "n1");
}

TEST_CASE("scheduler: a pod whose name another has taken, unseen, is bound no more") {
  world w;
  w.list({make_node("n1").cpu("1")});
  w.api.latency = [](const request&) { return 1s; };
  w.create(make_pod("web").uid("old").cpu("1"));
  w.advance(500ms);
  w.watching = false;
  w.remove("web");
  w.create(make_pod("web").uid("new").cpu("1"));
  w.advance(60s);
  CHECK(w.api.count("POST", "/binding") == 1);
  CHECK(w.scheduler.cache().find({"default", "web"}) == nullptr);
  CHECK(w.scheduler.queue().in_flight() == 0);
}

TEST_CASE("scheduler: a binding that timed out after it was carried out is found by reading") {
  world w;
  w.list({make_node("n1")});
  w.api.plan = [](const request& r) { return r.path.ends_with("/binding") ? fault::lost_after : fault::none; };
  w.create(make_pod("web"));
  w.advance(10s);
  CHECK(w.node_of("web") == "n1");
  CHECK(w.api.count("POST", "/binding") == 1);
  CHECK(w.logged("Successfully bound pod to node") == 1);
}

TEST_CASE("scheduler: a binding that timed out and lands late is waited for, not sent again") {
  world w;
  w.list({make_node("n1")});
  w.api.plan = [](const request& r) { return r.path.ends_with("/binding") ? fault::lost_before_late : fault::none; };
  w.create(make_pod("web"));
  w.advance(500ms);
  CHECK(w.scheduler.cache().assumed_count() == 1);
  w.api.land_late_requests();
  w.advance(10s);
  CHECK(w.node_of("web") == "n1");
  CHECK(w.api.count("POST", "/binding") == 1);
}

TEST_CASE("scheduler: a binding that was lost is tried again, after the pod was read twice") {
  world w;
  w.list({make_node("n1")});
  int times = 0;
  w.api.plan = [&](const request& r) {
    return r.path.ends_with("/binding") && ++times == 1 ? fault::lost : fault::none;
  };
  w.create(make_pod("web"));
  w.advance(900ms);
  CHECK(w.api.count("GET", "/pods/web") == 1);
  CHECK(w.scheduler.cache().assumed_count() == 1);
  w.advance(10s);
  CHECK(w.api.count("GET", "/pods/web") == 2);
  CHECK(w.node_of("web") == "n1");
  const auto* e = w.find_event("web", "FailedScheduling");
  REQUIRE(e != nullptr);
  CHECK(e->note == "running Bind plugin \"DefaultBinder\": connection lost");
}

TEST_CASE("scheduler: a lost watch event leaves a pod assumed; after a minute it is read back and kept") {
  world w;
  w.list({make_node("n1").cpu("1")});
  w.create(make_pod("web").cpu("1"));
  w.watching = false;
  w.advance(30s);
  CHECK(w.scheduler.cache().assumed_count() == 1);
  CHECK(w.api.count("GET", "/pods/web") == 0);
  w.advance(60s);
  CHECK(w.api.count("GET", "/pods/web") == 1);
  CHECK(w.scheduler.cache().assumed_count() == 1);
  w.watching = true;
  w.relist_pods();
  CHECK(w.scheduler.cache().assumed_count() == 0);
  CHECK(w.scheduler.cache().index().placed_count() == 1);
}

TEST_CASE("scheduler: a pod that is being deleted is not tried, and says so") {
  world w;
  w.list({make_node("n1")});
  w.create(make_pod("web").terminating());
  w.advance(5s);
  CHECK(w.api.count("POST", "/binding") == 0);
  CHECK(w.find_event("web", "FailedScheduling")->note == "skip schedule deleting pod: default/web");
  // Such a pod must not keep the events that came while it was under way: kubernetes/kubernetes issue 120622.
  CHECK(w.scheduler.queue().events_in_flight() == std::map<std::string_view, std::size_t>{{"PodPopped", 0}});
}

TEST_CASE("scheduler: a pod deleted while it is being bound frees its room at once") {
  world w;
  w.list({make_node("n1").cpu("1")});
  w.api.latency = [](const request& r) {
    return r.path.ends_with("first/binding") ? controller::duration(30s) : controller::duration(5ms);
  };
  w.create(make_pod("first").cpu("1"));
  w.advance(100ms);
  w.create(make_pod("second").cpu("1"));
  w.advance(100ms);
  CHECK(w.node_of("second") == "");
  w.remove("first");
  w.advance(1s);
  CHECK(w.node_of("second") == "n1");
  w.advance(60s);
  CHECK(w.scheduler.queue().in_flight() == 0);
}

TEST_CASE("scheduler: other schedulers' pods are not ours to bind, but take room once they have a node") {
  world w;
  w.list({make_node("n1").cpu("1")});
  w.create(make_pod("theirs").scheduler("other").cpu("1"));
  w.advance(1s);
  CHECK(w.api.count("POST", "/binding") == 0);
  w.api.change_pod({"default", "theirs"}, [](k8s::pod& p) { p.node_name = "n1"; });
  w.create(make_pod("ours").cpu("1"));
  w.advance(1s);
  CHECK(w.node_of("ours") == "");
  w.remove("theirs");
  w.advance(10ms);
  CHECK(w.node_of("ours") == "n1");
}

TEST_CASE("scheduler: it ends in order: no new pods, bindings finished, counts written") {
  world w;
  w.list({make_node("n1")});
  w.api.latency = [](const request&) { return 1s; };
  w.create(make_pod("a"));
  w.advance(100ms);
  bool ended = false;
  boost::asio::co_spawn(w.io, end(w, ended), [](std::exception_ptr) {});
  w.time.run();
  w.create(make_pod("b"));
  w.advance(500ms);
  CHECK_FALSE(ended);
  w.advance(5s);
  CHECK(ended);
  CHECK(w.node_of("a") == "n1");
  CHECK(w.node_of("b") == "");
  CHECK(w.find_event("a", "Scheduled") != nullptr);
}

TEST_CASE("scheduler: events go to core/v1 where events.k8s.io is absent") {
  world w;
  w.api.has_events_api = false;
  w.list({make_node("n1")});
  w.create(make_pod("web"));
  w.advance(1s);
  REQUIRE(w.find_event("web", "Scheduled") != nullptr);
  CHECK(w.api.events.begin()->first.starts_with("/api/v1/namespaces/default/events/"));
}
