#include "controller/schedule/remedy_notes.hpp"

#include "controller/config/options.hpp"
#include "scoring/make_plugin.hpp"
#include "test/controller/world.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

controller::scheduler_settings telling() {
  controller::scheduler_settings s = settings_with(32);
  s.remedies_in_events = true;
  return s;
}

const std::string words =
    "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Preemption is not helpful "
    "for scheduling.";

/// Of one node with 2 cpu, without a scheduler around.
struct notes_alone {
  notes_alone() { nodes.set_node(make_node("n1").cpu("2")); }
  std::string of(const std::string& said, const scoring::pod_info& pod) {
    return notes.note_of(said, profiles.front(), pod, nodes);
  }
  boost::asio::io_context io;
  fake_time time{io};
  scoring::live_cluster nodes;
  std::vector<scoring::profile> profiles =
      controller::make_profiles(controller::default_configuration("berth"), scoring::default_registry());
  controller::remedy_notes notes{time};
};

/// A filter that refuses nothing, and takes its time.
struct slow_filter final : scoring::plugin, scoring::node_filter_plugin {
  explicit slow_filter(fake_time*& clock) : time(clock) {}
  std::string_view name() const override { return "Slow"; }
  scoring::status filter_node(const scoring::pod_info&, const scoring::cluster&, scoring::cycle_state&,
                              scoring::node_id) const override {
    if (time != nullptr) time->take(1ms);
    return scoring::status::ok();
  }
  fake_time*& time;
};

/// A world in which a search takes a while.
struct slow_world {
  slow_world() { clock = &w.time; }
  /// How many pods were told what would help.
  std::size_t told() const {
    std::size_t n = 0;
    for (const auto& [path, e] : w.api.events) n += e.note.find("To fit: ") != std::string::npos;
    return n;
  }

  fake_time* clock = nullptr;
  world w{telling(), with_slow(),
          controller::parse_configuration("apiVersion: kubescheduler.config.k8s.io/v1\nkind: "
                                          "KubeSchedulerConfiguration\nprofiles: [{schedulerName: berth, plugins: "
                                          "{multiPoint: {enabled: [{name: Slow}]}}}]",
                                          "test")};

 private:
  scoring::registry with_slow() {
    scoring::registry all = scoring::default_registry();
    all.add("Slow", [this](scoring::arguments& args, const scoring::plugin_context&) {
      args.finish();
      return std::make_unique<slow_filter>(clock);
    });
    return all;
  }
};

}  // namespace

TEST_CASE("remedies in events: the event goes on after kube-scheduler's words, the condition does not") {
  world w(telling());
  w.list({make_node("n1").cpu("2")});
  w.create(make_pod("web").cpu("3"));
  w.advance(1s);
  const auto* event = w.find_event("web", "FailedScheduling");
  REQUIRE(event != nullptr);
  CHECK(event->note == words + " To fit: ask for 2 cpu instead of 3, 1 less (fits on n1).");
  REQUIRE(w.api.pods.at({"default", "web"}).scheduled);
  CHECK(w.api.pods.at({"default", "web"}).scheduled->message == words);
}

TEST_CASE(
    "remedies in events: without the flag, and where no change of the pod helps, the words are kube-scheduler's") {
  world plain;
  plain.list({make_node("n1").cpu("2")});
  plain.create(make_pod("web").cpu("3"));
  plain.advance(1s);
  CHECK(plain.find_event("web", "FailedScheduling")->note == words);

  world w(telling());
  w.list({make_node("n1").unschedulable()});
  w.create(make_pod("web").cpu("1"));
  w.advance(1s);
  CHECK(w.find_event("web", "FailedScheduling")->note ==
        "0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 Preemption is "
        "not helpful for scheduling.");
}

TEST_CASE("remedies in events: one search for each spec and verdict, which then stands") {
  notes_alone w;
  const scoring::pod_info a = w.nodes.intern(make_pod("a").cpu("3")), b = w.nodes.intern(make_pod("b").cpu("3"));
  const std::string first = w.of("no.", a);
  CHECK(first == "no. To fit: ask for 2 cpu instead of 3, 1 less (fits on n1).");
  // What is known of a verdict stays as it was told, though the node is larger now.
  w.nodes.set_node(make_node("n1").cpu("2500m").version("2"));
  CHECK(w.of("no.", b) == first);
  CHECK(w.of("still no.", b) == "still no. To fit: ask for 2500m cpu instead of 3, 500m less (fits on n1).");
  const std::string long_words(controller::remedy_notes::most_bytes - 10, 'x');
  CHECK(w.of(long_words, a) == long_words);
}

TEST_CASE("remedies in events: a pod that preemption makes room for is told nothing more") {
  world w(telling());
  w.list({make_node("n1").cpu("2")});
  w.create(make_pod("low").cpu("2").on("n1"));
  w.create(make_pod("web").cpu("1").priority(10));
  w.advance(1s);
  REQUIRE(w.find_event("web", "FailedScheduling") != nullptr);
  CHECK(w.find_event("web", "FailedScheduling")->note ==
        "0/1 nodes are available: 1 Insufficient cpu. preemption: found a potential placement for pod on node n1, "
        "preempting 1 victims");
}

TEST_CASE("remedies in events: words that end without a full stop get one") {
  notes_alone w;
  CHECK(w.of("no such room", w.nodes.intern(make_pod("a").cpu("3"))) ==
        "no such room. To fit: ask for 2 cpu instead of 3, 1 less (fits on n1).");
}

TEST_CASE("remedies in events: pods that come while no search is allowed are told later, each in its turn") {
  slow_world s;
  for (int i = 0; i < 20; ++i) s.w.create(make_pod("web" + std::to_string(i)).cpu(std::to_string(3 + i)));
  s.w.list({make_node("n1").cpu("2")});
  s.w.advance(1ms);
  CHECK(s.w.scheduler.queue().in_flight() == 0);
  // No other attempt is made meanwhile: the first is flushed after 5 minutes.
  s.w.advance(1min);
  CHECK(s.told() == 20);
  // All but one were refused before their turn, and had an event in kube-scheduler's words first.
  CHECK(s.w.api.events.size() == 39);
}

TEST_CASE("remedies in events: a pod that is gone or bound when its turn comes is told nothing") {
  slow_world s;
  for (const char* name : {"a", "b", "c"}) s.w.create(make_pod(name).cpu(name[0] == 'a' ? "3" : "4"));
  s.w.list({make_node("n1").cpu("2")});
  s.w.advance(1ms);
  s.w.remove("b");
  s.w.advance(1min);
  CHECK(s.told() == 2);
}

TEST_CASE("remedies in events: the flag is off unless it is given") {
  const auto parsed = [](std::vector<std::string> words) {
    return std::get<controller::run_options>(controller::parse_command_line(std::move(words)));
  };
  CHECK_FALSE(parsed({"run"}).remedies_in_events);
  CHECK(parsed({"run", "--remedies-in-events"}).remedies_in_events);
}
