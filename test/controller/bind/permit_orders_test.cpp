#include "test/controller/world.hpp"

#include <boost/asio/detached.hpp>

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

/// Permit plugins that let one another's pods go. What it does to whom is the pod's label "do".
class gate final : public scoring::plugin, public scoring::permit_plugin, public scoring::reserve_plugin {
 public:
  std::string_view name() const override { return "Gate"; }
  std::vector<scoring::event_interest> events_to_register() const override { return {}; }

  scoring::permit_result permit(const scoring::pod_info& pod, const scoring::cluster&, scoring::cycle_state& cycle,
                                std::string_view) override {
    const std::string* act = pod.spec().labels.find("do");
    scoring::effects& out = cycle.out();
    if (act == nullptr) return {};
    if (*act == "go-on") out.add(scoring::allow_pod{pod.pod->uid, "Gate"});
    if (*act == "go-later") out.add(scoring::allow_pod{pod.pod->uid, "Gate", 10s});
    if (*act == "go-at-the-end") out.add(scoring::allow_pod{pod.pod->uid, "Gate", 30s});
    if (*act == "refuse-later") out.add(scoring::reject_pod{pod.pod->uid, "Gate", "the others did not come", 10s});
    if (*act == "second-of-two") {
      out.add(scoring::allow_pod{"default-first", "Gate"});
      return {};
    }
    if (*act == "spoils-it") {
      out.add(scoring::reject_pod{"default-first", "Gate", "spoiled"});
      return {};
    }
    return {{scoring::code::wait, {}, {}}, 30s};
  }
  scoring::status reserve(const scoring::pod_info&, const scoring::cluster&, scoring::cycle_state&,
                          std::string_view) override {
    return {};
  }
  void unreserve(const scoring::pod_info&, const scoring::cluster&, scoring::cycle_state& cycle,
                 std::string_view node) override {
    cycle.out().log(0, "Taken back", {{"node", std::string(node)}});
  }
};

scoring::registry with_gate() {
  scoring::registry all = scoring::default_registry();
  all.add("Gate", [](scoring::arguments& args, const scoring::plugin_context&) {
    args.finish();
    return std::make_unique<gate>();
  });
  return all;
}

scheduler_configuration gated() {
  scheduler_configuration c = default_configuration("berth");
  c.profiles.at(0).multi_point.enabled.push_back({"Gate", 0, ""});
  return c;
}

struct gated_world : world {
  explicit gated_world(scheduler_settings settings = settings_with(32)) : world(settings, with_gate(), gated()) {
    list({make_node("n1")});
  }
  void create_doing(const char* name, const char* what) { create(make_pod(name).label("do", what)); }
};

}  // namespace

TEST_CASE("permit orders: come due in order of time, then of arrival, and are bounded") {
  permit_orders orders;
  const instant now(100h);
  CHECK(orders.next() == never);
  CHECK(orders.add({"b", "P", std::nullopt}, now + 2s));
  CHECK(orders.add({"a", "P", std::nullopt}, now + 1s));
  CHECK(orders.add({"c", "P", std::nullopt}, now + 2s));
  CHECK(orders.next() == now + 1s);
  CHECK_FALSE(orders.take_due(now));
  CHECK(orders.take_due(now + 2s)->uid == "a");
  CHECK(orders.take_due(now + 2s)->uid == "b");
  CHECK(orders.take_due(now + 2s)->uid == "c");
  while (orders.size() < permit_orders::most) orders.add({"x", "P", std::nullopt}, now);
  CHECK_FALSE(orders.add({"y", "P", std::nullopt}, now));
}

TEST_CASE("permit: a plugin may let go at once, or after a while, what it holds itself") {
  gated_world w;
  w.create_doing("now", "go-on");
  w.create_doing("later", "go-later");
  w.advance(1s);
  CHECK(w.node_of("now") == "n1");
  CHECK(w.node_of("later") == "");
  w.advance(8s);
  CHECK(w.node_of("later") == "");
  w.advance(1s + 100ms);
  CHECK(w.node_of("later") == "n1");
}

TEST_CASE("permit: let go at the very end of its time, a pod is let go") {
  gated_world w;
  w.create_doing("a", "go-at-the-end");
  w.advance(31s);
  CHECK(w.node_of("a") == "n1");
}

TEST_CASE("permit: of two pods that belong together the first waits until the second comes") {
  gated_world w;
  w.create_doing("first", "wait");
  w.advance(5s);
  CHECK(w.node_of("first") == "");
  w.create_doing("second", "second-of-two");
  w.advance(100ms);
  CHECK(w.node_of("first") == "n1");
  CHECK(w.node_of("second") == "n1");
}

TEST_CASE("permit: a plugin may refuse what waits, at once or after a while, and its message is the event's") {
  gated_world w;
  w.create_doing("first", "wait");
  w.create_doing("slow", "refuse-later");
  w.advance(1s);
  w.create_doing("other", "spoils-it");
  w.advance(1s);
  CHECK(w.find_event("first", "FailedScheduling")->note == "0/1 nodes are available: 1 spoiled.");
  CHECK(w.scheduler.cache().assumed_count() == 1);
  w.advance(9s);
  CHECK(w.find_event("slow", "FailedScheduling")->note == "0/1 nodes are available: 1 the others did not come.");
  CHECK(w.scheduler.cache().assumed_count() == 0);
}

TEST_CASE("permit: a pod deleted while it waits gives back what it reserved, and its order comes to nothing") {
  gated_world w;
  w.create_doing("a", "go-later");
  w.advance(1s);
  CHECK(w.scheduler.cache().assumed_count() == 1);
  w.remove("a");
  w.advance(20s);
  CHECK(w.logged(R"("Taken back" node="n1")") == 1);
  CHECK(w.scheduler.cache().assumed_count() == 0);
  CHECK(w.scheduler.queue().in_flight() == 0);
  CHECK(w.api.count("POST", "/binding") == 0);
}

TEST_CASE("permit: an order is for the wait it was given in, not for the next one of the same pod") {
  scheduler_settings soon_again = settings_with(32);
  soon_again.queue.max_unschedulable = 2s;
  gated_world w(soon_again);
  w.create_doing("first", "go-later");
  w.advance(6s);
  w.create_doing("other", "spoils-it");
  w.advance(6s);  // the first order has come due; the pod waits again since four seconds
  CHECK(w.logged("Taken back") == 1);
  CHECK(w.scheduler.cache().assumed_count() == 1);
  CHECK(w.node_of("first") == "");
  w.advance(8s);
  CHECK(w.node_of("first") == "n1");
}

TEST_CASE("permit: at the end of the process waiting pods are let go, and no order outlives it") {
  gated_world w;
  w.create_doing("a", "go-later");
  w.advance(1s);
  boost::asio::co_spawn(w.io, w.scheduler.drain(w.time.now() + 10s), boost::asio::detached);
  w.advance(30s);
  CHECK(w.logged("Taken back") == 1);
  CHECK(w.scheduler.cache().assumed_count() == 0);
  CHECK(w.api.count("POST", "/binding") == 0);
}
