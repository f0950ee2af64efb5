#include "controller/schedule/remedy_notes.hpp"

#include "controller/config/options.hpp"
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
  boost::asio::io_context io;
  fake_time time{io};
  scoring::live_cluster nodes;
  nodes.set_node(make_node("n1").cpu("2"));
  std::vector<scoring::profile> made =
      controller::make_profiles(controller::default_configuration("berth"), scoring::default_registry());
  controller::remedy_notes notes(time);
  const scoring::pod_info a = nodes.intern(make_pod("a").cpu("3")), b = nodes.intern(make_pod("b").cpu("3"));
  const std::string first = notes.note_of("no.", made[0], a, nodes);
  CHECK(first == "no. To fit: ask for 2 cpu instead of 3, 1 less (fits on n1).");
  // What is known of a verdict stays as it was told, though the node is larger now.
  nodes.set_node(make_node("n1").cpu("2500m").version("2"));
  CHECK(notes.note_of("no.", made[0], b, nodes) == first);
  CHECK(notes.note_of("still no.", made[0], b, nodes) ==
        "still no. To fit: ask for 2500m cpu instead of 3, 500m less (fits on n1).");
  const std::string long_words(controller::remedy_notes::most_bytes - 10, 'x');
  CHECK(notes.note_of(long_words, made[0], a, nodes) == long_words);
}

TEST_CASE("remedies in events: the flag is off unless it is given") {
  const auto parsed = [](std::vector<std::string> words) {
    return std::get<controller::run_options>(controller::parse_command_line(std::move(words)));
  };
  CHECK_FALSE(parsed({"run"}).remedies_in_events);
  CHECK(parsed({"run", "--remedies-in-events"}).remedies_in_events);
}
