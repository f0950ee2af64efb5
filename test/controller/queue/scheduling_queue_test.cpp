#include "controller/queue/scheduling_queue.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;
using berth::test::make_node;
using berth::test::make_pod;

namespace {

/// Orders by priority, then time; gates pods that have gates; "cures" says which event labels help against which
/// plugin.
struct policy final : queue_policy {
  scoring::status pre_enqueue(const scoring::pod_info& pod) const override {
    if (broken_gate) return {scoring::code::error, {"running PreEnqueue plugin \"Gate\": boom"}, "Gate"};
    if (pod.pod->scheduling_gates.empty()) return scoring::status::ok();
    scoring::status s = scoring::status::unresolvable("waiting for scheduling gates");
    s.plugin = "SchedulingGates";
    return s;
  }
  bool before(const scoring::queued_pod& a, const scoring::queued_pod& b) const override {
    if (lies != nullptr) return ((*lies)() & 1) != 0;
    const auto pa = a.pod->spec().priority, pb = b.pod->spec().priority;
    return pa != pb ? pa > pb : a.queued_at < b.queued_at;
  }
  bool queueing_hint(const scoring::pod_info& pod, const std::vector<std::string>& by,
                     const scoring::cluster_event& e) const override {
    ++asked;
    for (const std::string& plugin : by) {
      if (plugin == "SchedulingGates" && (e.actions & scoring::action_gates_eliminated) != 0) return true;
      if (plugin == "Fit" && std::string_view(e.label) == "AssignedPodDelete") return true;
      if (plugin == "Affinity" && e.resource == scoring::event_resource::node && pod.pod != nullptr) return true;
      if (plugin == "Tolerations" && (e.actions & scoring::action_update_tolerations) != 0) return true;
    }
    return false;
  }
  mutable int asked = 0;
  bool broken_gate = false;
  std::mt19937* lies = nullptr;  ///< QueueSort answers at random
};

struct fixture : queue_listener {
  void pod_queued(const queue_entry&, queue_name name, const char* event) override {
    constexpr std::array names{"active", "backoff", "unschedulable", "gated"};
    ++incoming[std::string(names[static_cast<std::size_t>(name)]) + "/" + event];
  }
  void pod_gated(const queue_entry&, const char* event, const scoring::status& why) override {
    ++incoming[std::string("gated/") + event];
    gates.push_back(why.plugin + ": " + why.message());
  }
  bool wants_events() const override { return true; }
  void event_did_not_help(const queue_entry& pod, const char* event) override {
    in_vain.push_back(pod.pod.pod->key.name + " " + event);
  }
  void event_in_flight(const queue_entry& pod, const char* event) override {
    in_flight.push_back(pod.pod.pod->key.name + " " + event);
  }
  void pre_enqueue_failed(const queue_entry& pod, const scoring::status& why) override {
    failures.push_back(pod.pod.pod->key.name + ": " + why.message());
  }

  policy rules;
  std::map<std::string, int> incoming;
  std::vector<std::string> failures, gates, in_vain, in_flight;
  scheduling_queue q{{}, rules, *this};
  instant now{100h};  // a whole second

  static scoring::pod_info info(k8s::pod_ptr pod) { return {std::move(pod), nullptr}; }
  void add(const make_pod& pod) { q.add(info(pod), now); }
  std::string pop_name() {
    auto e = q.pop(now);
    if (!e) return "";
    last = std::move(*e);
    return last.pod.pod->key.name;
  }
  void refuse(std::vector<std::string> by) { q.refused(std::move(last), std::move(by), now); }
  void fail() { q.failed(std::move(last), now); }
  cluster_change pod_deleted() { return assigned_pod_deleted(make_pod("other").on("n1")); }
  queue_entry last;
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "queue: pods come out by priority, then by time, then by arrival") {
  add(make_pod("a"));
  add(make_pod("b"));
  now += 1s;
  add(make_pod("c"));
  add(make_pod("urgent").priority(10));
  CHECK(q.size(queue_name::active) == 4);
  CHECK(pop_name() == "urgent");
  CHECK(pop_name() == "a");
  CHECK(pop_name() == "b");
  CHECK(pop_name() == "c");
  CHECK(pop_name() == "");
  CHECK(q.in_flight() == 4);
}

TEST_CASE_FIXTURE(fixture, "queue: a pod is there once, however often it is added") {
  add(make_pod("a"));
  add(make_pod("a").label("x", "y"));
  CHECK(q.size(queue_name::active) == 1);
  CHECK(pop_name() == "a");
  CHECK(last.pod.spec().labels.contains("x"));
  add(make_pod("a"));  // in flight
  CHECK(pop_name() == "");
  CHECK(last.attempts == 1);
}

TEST_CASE_FIXTURE(fixture, "queue: a refused pod waits until an event may cure it") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  refuse({"Fit"});
  CHECK(q.size(queue_name::unschedulable) == 1);
  CHECK(q.in_flight() == 0);
  CHECK(pop_name() == "");
  q.happened(node_added(make_node("n1")), now);
  CHECK(pop_name() == "");
  q.happened(pod_deleted(), now);
  CHECK(q.size(queue_name::backoff) == 1);
  CHECK(pop_name() == "a");  // nothing else is waiting: its backoff is not waited out
  CHECK(last.attempts == 2);
  CHECK(incoming["active/UnscheduledPodAdd"] == 1);
  CHECK(incoming["unschedulable/ScheduleAttemptFailure"] == 1);
  CHECK(incoming["backoff/AssignedPodDelete"] == 1);
  CHECK(incoming["active/PopFromBackoffQ"] == 1);
}

TEST_CASE_FIXTURE(fixture, "queue: a pod in backoff yields to active ones until its time has come") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  refuse({"Fit"});
  now += 200ms;
  q.happened(pod_deleted(), now);
  add(make_pod("b").priority(-1));
  add(make_pod("c").priority(-1));
  CHECK(pop_name() == "b");
  // Refused at :00.0 for 1 s: it leaves with the window of that second, at :02.
  CHECK(q.next_tick() == instant(100h) + 2s);
  now = instant(100h) + 1999ms;
  q.tick(now);
  CHECK(q.size(queue_name::backoff) == 1);
  now = instant(100h) + 2s;
  CHECK(pop_name() == "a");
  CHECK(pop_name() == "c");
  CHECK(incoming["active/BackoffComplete"] == 1);
}

TEST_CASE_FIXTURE(fixture, "queue: backoff doubles from one second to ten") {
  add(make_pod("a"));
  for (const auto expected : {1s, 2s, 4s, 8s, 10s, 10s}) {
    REQUIRE(pop_name() == "a");
    fail();
    CHECK(q.next_tick() == now + expected + 1s);
    CHECK(pop_name() == "");  // after an error it is never tried before its time
    now = q.next_tick();
  }
}

TEST_CASE_FIXTURE(fixture, "queue: errors in a row set the backoff, refusals do once they have ended") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  refuse({"Fit"});
  q.happened(pod_deleted(), now);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(pop_name() == "a");
    fail();
    now = q.next_tick();
  }
  REQUIRE(pop_name() == "a");
  refuse({"Fit"});  // the second refusal: 2 s
  q.happened(pod_deleted(), now);
  CHECK(q.next_tick() == now + 3s);
}

TEST_CASE_FIXTURE(fixture, "queue: no backoff where its maximum is 0") {
  scheduling_queue hasty({.max_backoff = 0s}, rules, *this);
  hasty.add({make_pod("a"), nullptr}, now);
  auto e = hasty.pop(now);
  REQUIRE(e);
  hasty.failed(std::move(*e), now);
  CHECK(hasty.size(queue_name::active) == 1);
}

TEST_CASE_FIXTURE(fixture, "queue: what happens while a pod is in flight is not slept on") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  q.happened(node_added(make_node("n1")), now);
  q.happened(pod_deleted(), now);
  CHECK(q.recorded_events() == 2);
  refuse({"Fit"});
  CHECK(q.size(queue_name::backoff) == 1);
  CHECK(q.recorded_events() == 0);
}

TEST_CASE_FIXTURE(fixture, "queue: what happened before a pod was popped does not count for it") {
  add(make_pod("a"));
  add(make_pod("b"));
  REQUIRE(pop_name() == "a");
  queue_entry first = std::move(last);
  q.happened(pod_deleted(), now);
  REQUIRE(pop_name() == "b");
  refuse({"Fit"});
  CHECK(q.size(queue_name::unschedulable) == 1);
  CHECK(q.recorded_events() == 1);
  q.refused(std::move(first), {"Fit"}, now);
  CHECK(q.size(queue_name::backoff) == 1);
  CHECK(q.recorded_events() == 0);
}

TEST_CASE_FIXTURE(fixture,
                  "queue: recorded events are bounded; who was in flight when one was dropped is tried again") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  for (int i = 0; i < 5000; ++i) q.happened(node_added(make_node("n1")), now);
  CHECK(q.recorded_events() == 4096);
  refuse({"Fit"});
  CHECK(q.size(queue_name::backoff) == 1);
}

TEST_CASE_FIXTURE(fixture, "queue: events are judged once for all pods of a spec, refused by the same plugins") {
  const auto spec = std::make_shared<const k8s::pod_spec>(make_pod("x").spec());
  for (int i = 0; i < 100; ++i) {
    k8s::pod pod = make_pod("p" + std::to_string(i));
    pod.spec = spec;
    q.add(info(std::make_shared<const k8s::pod>(pod)), now);
    REQUIRE(pop_name() != "");
    refuse({"Fit"});
  }
  rules.asked = 0;
  q.happened(node_added(make_node("n1")), now);
  CHECK(rules.asked == 1);
  q.happened(pod_deleted(), now);
  CHECK(rules.asked == 2);
  CHECK(q.size(queue_name::backoff) == 100);
}

TEST_CASE_FIXTURE(fixture, "queue: an event wakes the groups that it may cure and no other") {
  for (const auto& [name, plugin] : {std::pair("a", "Fit"), std::pair("b", "Affinity")}) {
    add(make_pod(name));
    REQUIRE(pop_name() == name);
    refuse({plugin});
  }
  q.happened(node_added(make_node("n1")), now);
  CHECK(q.size(queue_name::unschedulable) == 1);
  CHECK(pop_name() == "b");
}

TEST_CASE_FIXTURE(fixture, "queue: a pod that nobody refused (there were no nodes) is woken by any event") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  refuse({});
  CHECK(pop_name() == "");
  q.happened(node_added(make_node("n1")), now);
  CHECK(pop_name() == "a");
}

TEST_CASE_FIXTURE(fixture, "queue: after five minutes a refused pod is tried all the same, and marked") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  refuse({"Fit"});
  CHECK(q.next_tick() == now + 5min);
  now += 5min - 1ms;
  CHECK(pop_name() == "");
  now += 1ms;
  CHECK(pop_name() == "a");
  CHECK(last.flushed);
  CHECK(incoming["active/UnschedulableTimeout"] == 1);
  refuse({"Fit"});
  q.happened(pod_deleted(), now);
  REQUIRE(pop_name() == "a");
  CHECK_FALSE(last.flushed);
}

TEST_CASE_FIXTURE(fixture,
                  "queue: who asks is told which events did not help, and which are looked at after a flight") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  q.happened(node_added(make_node("n1")), now);
  q.happened(pod_deleted(), now);
  refuse({"Tolerations"});
  CHECK(in_flight == std::vector<std::string>{"a NodeAdd", "a AssignedPodDelete"});
  q.happened(node_added(make_node("n2")), now);
  CHECK(in_vain == std::vector<std::string>{"a NodeAdd"});
}

TEST_CASE_FIXTURE(fixture, "queue: a gated pod waits without an attempt until its gates are gone") {
  const k8s::pod_ptr gated = make_pod("a").gate("example.com/quota");
  q.add(info(gated), now);
  CHECK(q.size(queue_name::gated) == 1);
  CHECK(incoming == std::map<std::string, int>{{"gated/UnscheduledPodAdd", 1}});
  CHECK(gates == std::vector<std::string>{"SchedulingGates: waiting for scheduling gates"});
  CHECK(q.size(queue_name::unschedulable) == 0);
  CHECK(pop_name() == "");
  q.happened(pod_deleted(), now);
  CHECK(pop_name() == "");
  now += 10min;
  CHECK(pop_name() == "");  // time does not open a gate
  CHECK(q.size(queue_name::gated) == 1);
  q.update(gated, info(make_pod("a").version("2")), now);
  CHECK(pop_name() == "a");
  CHECK(last.attempts == 1);
  CHECK(last.first_tried == now);  // the gated time does not count
}

TEST_CASE_FIXTURE(fixture, "queue: an update of a waiting pod wakes it where it may cure the refusal") {
  const k8s::pod_ptr before = make_pod("a");
  q.add(info(before), now);
  REQUIRE(pop_name() == "a");
  refuse({"Tolerations"});
  const k8s::pod_ptr labelled = make_pod("a").version("2").label("x", "y");
  q.update(before, info(labelled), now);
  CHECK(pop_name() == "");
  q.update(labelled, info(make_pod("a").version("3").label("x", "y").tolerates_all()), now);
  CHECK(pop_name() == "a");
  CHECK(last.pod.pod->resource_version == "3");
}

TEST_CASE_FIXTURE(fixture, "queue: a change of a waiting pod's status alone wakes nobody and is kept") {
  const k8s::pod_ptr before = make_pod("a");
  q.add(info(before), now);
  CHECK(pop_name() == "a");
  refuse({"AnyUpdate"});
  auto written = std::make_shared<k8s::pod>(*before);
  written->resource_version = "2";
  written->scheduled = k8s::scheduled_condition{false, "Unschedulable", "0/1 nodes are available"};
  CHECK(pod_changes(before, written, scoring::event_resource::target_pod).empty());
  q.update(before, info(written), now);
  CHECK(q.size(queue_name::unschedulable) == 1);
  CHECK(rules.asked == 0);
}

TEST_CASE_FIXTURE(fixture, "queue: an update of an active pod keeps its turn and takes the new state") {
  const k8s::pod_ptr before = make_pod("a");
  q.add(info(before), now);
  now += 1s;
  add(make_pod("b"));
  q.update(before, info(make_pod("a").version("2")), now);
  CHECK(pop_name() == "a");
  CHECK(last.pod.pod->resource_version == "2");
  CHECK(pop_name() == "b");
}

TEST_CASE_FIXTURE(fixture, "queue: an update in flight counts when the pod comes back, another pod's does not") {
  const k8s::pod_ptr a = make_pod("a");
  const k8s::pod_ptr b = make_pod("b");
  q.add(info(a), now);
  q.add(info(b), now);
  REQUIRE(pop_name() == "a");
  queue_entry first = std::move(last);
  REQUIRE(pop_name() == "b");
  q.update(b, info(make_pod("b").tolerates_all()), now);
  q.refused(std::move(first), {"Tolerations"}, now);
  CHECK(q.size(queue_name::unschedulable) == 1);
  refuse({"Tolerations"});
  CHECK(q.size(queue_name::backoff) == 1);
}

TEST_CASE_FIXTURE(fixture, "queue: a pod given back keeps its turn and its count") {
  add(make_pod("a"));
  now += 1s;
  add(make_pod("b"));
  REQUIRE(pop_name() == "a");
  q.give_back(std::move(last), now);
  CHECK(pop_name() == "a");
  CHECK(last.attempts == 1);
}

TEST_CASE_FIXTURE(fixture, "queue: a removed pod is gone from wherever it was") {
  for (const char* name : {"active", "refused", "gated", "error", "backoff"}) {
    if (std::string_view(name) == "gated") {
      add(make_pod("gated").gate("g"));
      continue;
    }
    add(make_pod(name).priority(100));
    if (std::string_view(name) == "active") {
      REQUIRE(pop_name() == name);
      q.give_back(std::move(last), now);
      continue;
    }
    q.remove("default-active");
    add(make_pod("active"));
    REQUIRE(pop_name() == name);
    if (std::string_view(name) == "error")
      fail();
    else
      refuse({std::string_view(name) == "backoff" ? "Fit" : "Affinity"});
  }
  q.happened(pod_deleted(), now);
  CHECK(q.size(queue_name::backoff) == 2);
  for (const char* name : {"active", "refused", "gated", "error", "backoff"}) q.remove(std::string("default-") + name);
  for (const queue_name n : {queue_name::active, queue_name::backoff, queue_name::unschedulable, queue_name::gated})
    CHECK(q.size(n) == 0);
  CHECK(q.next_tick() == never);
}

TEST_CASE_FIXTURE(fixture, "queue: refusals are told by plugin and profile") {
  for (int i = 0; i < 3; ++i) {
    add(make_pod("p" + std::to_string(i)));
    REQUIRE(pop_name() != "");
    refuse({"Affinity", "Fit"});
  }
  std::map<std::string, std::size_t> counts;
  q.for_each_refusal([&](std::string_view plugin, std::string_view profile, std::size_t n) {
    counts[std::string(plugin) + "/" + std::string(profile)] += n;
  });
  CHECK(counts == std::map<std::string, std::size_t>{{"Affinity/berth", 3}, {"Fit/berth", 3}});
}

TEST_CASE("queue: 300 random histories keep every pod exactly once and lose none") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    fixture f;
    std::mt19937 random(seed);
    const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    std::map<std::string, k8s::pod_ptr> alive;  // by uid: all that the queue should have
    std::map<std::string, queue_entry> flying;
    int made = 0;
    for (int step = 0; step < 200; ++step) {
      f.now += std::chrono::milliseconds(upto(700));
      switch (upto(9)) {
        case 0:
        case 1: {
          make_pod p("p" + std::to_string(made++ % 40));
          p.priority(upto(3));
          if (upto(5) == 0) p.gate("g");
          const k8s::pod_ptr pod = p;
          if (alive.contains(pod->uid)) break;
          alive.emplace(pod->uid, pod);
          f.q.add(f.info(pod), f.now);
          break;
        }
        case 2:
        case 3:
          if (auto e = f.q.pop(f.now)) {
            const std::string uid = e->pod.pod->uid;
            REQUIRE(alive.contains(uid));
            REQUIRE(e->pod.pod->scheduling_gates.empty());
            REQUIRE(flying.emplace(uid, std::move(*e)).second);
          }
          break;
        case 4:
        case 5:
          if (!flying.empty()) {
            auto node = flying.extract(flying.begin());
            if (!alive.contains(node.key())) {
              f.q.done(node.key());
              break;
            }
            node.mapped().pod.pod = alive.at(node.key());
            switch (upto(4)) {
              case 0:
                f.q.failed(std::move(node.mapped()), f.now);
                break;
              case 1:
                f.q.give_back(std::move(node.mapped()), f.now);
                break;
              case 2:
                f.q.refused(std::move(node.mapped()), {"Fit"}, f.now);
                break;
              default:
                f.q.refused(std::move(node.mapped()), {"Affinity", "Tolerations"}, f.now);
            }
          }
          break;
        case 6:
          f.q.happened(upto(2) == 0 ? f.pod_deleted() : node_added(make_node("n")), f.now);
          break;
        case 7:
          if (!alive.empty()) {
            auto& [uid, pod] = *std::next(alive.begin(), upto(static_cast<int>(alive.size())));
            k8s::pod next = *pod;
            next.resource_version += "+";
            if (upto(2) == 0) next.scheduling_gates.clear();
            const k8s::pod_ptr before = std::exchange(pod, std::make_shared<const k8s::pod>(next));
            f.q.update(before, f.info(pod), f.now);
          }
          break;
        default:
          if (!alive.empty() && upto(3) == 0) {
            const auto gone = std::next(alive.begin(), upto(static_cast<int>(alive.size())));
            f.q.remove(gone->first);
            alive.erase(gone);
          }
      }
      std::size_t expected = alive.size();
      for (const auto& [uid, e] : flying) expected -= alive.contains(uid);
      std::size_t held = 0;
      for (const queue_name n : {queue_name::active, queue_name::backoff, queue_name::unschedulable, queue_name::gated})
        held += f.q.size(n);
      REQUIRE(held == expected);
      REQUIRE(f.q.in_flight() == flying.size());
      f.q.tick(f.now);
      REQUIRE(f.q.next_tick() > f.now);
    }
    // Left alone, every pod without a gate comes out again.
    for (auto& [uid, e] : flying) alive.contains(uid) ? f.q.failed(std::move(e), f.now) : f.q.done(uid);
    f.now += 10min;
    std::size_t out = 0;
    while (f.q.pop(f.now)) ++out;
    CHECK(out + f.q.size(queue_name::gated) == alive.size());
  }
}

TEST_CASE_FIXTURE(fixture, "queue: a pod whose PreEnqueue plugin fails backs off longer and longer, and is not tried") {
  rules.broken_gate = true;
  add(make_pod("a"));
  CHECK(failures == std::vector<std::string>{"a: running PreEnqueue plugin \"Gate\": boom"});
  CHECK(q.size(queue_name::backoff) == 1);
  CHECK(pop_name() == "");  // though nothing else is waiting
  now += 2s;
  CHECK(pop_name() == "");
  CHECK(failures.size() == 2);
  now += 2s;
  CHECK(pop_name() == "");
  CHECK(failures.size() == 2);  // 2 s this time
  now += 1s;
  CHECK(pop_name() == "");
  CHECK(failures.size() == 3);
  rules.broken_gate = false;
  now += 5s;
  CHECK(pop_name() == "a");
  CHECK(last.attempts == 1);
}

TEST_CASE_FIXTURE(fixture, "queue: a PreEnqueue failure without backoff configured is not asked on end") {
  scheduling_queue hasty({.max_backoff = 0s}, rules, *this);
  rules.broken_gate = true;
  hasty.add(info(make_pod("a")), now);
  CHECK(!hasty.pop(now));
  CHECK(!hasty.pop(now));
  CHECK(failures.size() == 1);
  CHECK(hasty.next_tick() > now);
  CHECK(hasty.next_tick() <= now + 2s);
}

TEST_CASE_FIXTURE(fixture, "queue: a pod that is deleted while its PreEnqueue failure backs off is gone") {
  rules.broken_gate = true;
  const make_pod pod("a");
  add(pod);
  q.remove(k8s::pod_ptr(pod)->uid);
  rules.broken_gate = false;
  now += 10s;
  CHECK(pop_name() == "");
  CHECK(q.size(queue_name::backoff) == 0);
}

TEST_CASE_FIXTURE(fixture, "queue: whatever QueueSort answers, every pod comes out once and can be taken out") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    rules.lies = &random;
    std::set<std::string> in;
    std::vector<scoring::pod_info> pods;
    for (int i = 0; i < 60; ++i) {
      pods.push_back(info(make_pod("p" + std::to_string(seed) + "-" + std::to_string(i))));
      q.add(pods.back(), now);
      in.insert(pods.back().pod->key.name);
    }
    for (int i = 0; i < 60; i += 3) {  // deleted
      q.remove(pods[static_cast<std::size_t>(i)].pod->uid);
      in.erase(pods[static_cast<std::size_t>(i)].pod->key.name);
    }
    for (int i = 0; i < 20; ++i) {  // failed: back in another line
      REQUIRE(in.contains(pop_name()));
      fail();
    }
    now += 30s;
    for (std::string name = pop_name(); !name.empty(); name = pop_name()) {
      CHECK(in.erase(name) == 1);
      q.done(last.pod.pod->uid);
    }
    CHECK(in.empty());
    CHECK(q.size(queue_name::active) + q.size(queue_name::backoff) == 0);
  }
}
