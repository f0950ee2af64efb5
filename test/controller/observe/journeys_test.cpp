#include "controller/observe/journeys.hpp"

#include "test/controller/world.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

const instant start(100h);

queue_entry entry(const std::string& name, std::uint32_t attempts = 1) {
  queue_entry e;
  e.pod.pod = make_pod(name);
  e.since = start;
  e.attempts = attempts;
  return e;
}

/// "queued active UnscheduledPodAdd", "attempt 1", "Filter Unschedulable", "refused by Fit: no room", ...
std::string line_of(const journey_step& s) {
  const std::string text = s.words ? s.words->text : "";
  const std::string by = s.words ? s.words->by : "";
  switch (s.what) {
    case step_kind::queued:
      return "queued " + std::string(name_of(s.queue)) + " " + s.event;
    case step_kind::attempt:
      return "attempt " + std::to_string(s.number);
    case step_kind::stage:
      return std::string(scoring::name_of(s.stage)) + " " + std::string(scoring::name_of(s.how));
    case step_kind::assumed:
      return "assumed " + text + " " + std::to_string(s.number) + "/" + std::to_string(s.of);
    default:
      return std::string(name_of(s.what)) + (by.empty() ? "" : " by " + by) + (text.empty() ? "" : ": " + text);
  }
}

std::vector<std::string> lines_of(const journey* j) {
  std::vector<std::string> out;
  if (j != nullptr)
    for (const journey_step& s : j->steps) out.push_back(line_of(s));
  return out;
}

using list = std::vector<std::string>;

scheduler_configuration holding(const char* hold) {
  scheduler_configuration c = default_configuration("berth");
  c.profiles.at(0).multi_point.enabled.push_back({"Trace", 0, ""});
  c.profiles.at(0).points[static_cast<std::size_t>(scoring::extension_point::post_filter)].disabled.push_back(
      {"*", 0, ""});
  c.profiles.at(0).arguments.push_back(
      {"Trace", k8s::value(k8s::value::map{{"hold", hold}, {"verbosity", 0}}), "args"});
  return c;
}

}  // namespace

TEST_CASE("journeys: a pod that is bound at the first try has each step, once, in order") {
  world w;
  w.list({make_node("n1"), make_node("n2")});
  w.create(make_pod("web"));
  w.advance(1s);
  const std::string node = w.node_of("web");
  const journey* j = w.scheduler.journeys().find("default", "web");
  CHECK(lines_of(j) == list{"queued active UnscheduledPodAdd", "attempt 1", "PreFilter Success", "Filter Success",
                            "PreScore Success", "Score Success", "assumed " + node + " 2/2", "Reserve Success",
                            "Permit Success", "PreBind Success", "Bind Success", "bound: " + node, "PostBind Success"});
  CHECK(state_of(*j) == "bound");
  CHECK(j->over());
  CHECK_FALSE(j->cut);
  for (std::size_t i = 1; i < j->steps.size(); ++i) CHECK(j->steps[i - 1].at <= j->steps[i].at + 10ms);
}

TEST_CASE("journeys: refused twice, held in Permit, bound: what woke the pod, who held it, how long") {
  world w(settings_with(32), scoring::default_registry(), holding("5s"));
  w.list({make_node("n1").taint("maintenance")});
  w.create(make_pod("web").node_selector("disk", "ssd"));
  w.advance(20s);
  w.nodes().applied(make_node("n1").version("2"));
  w.advance(20s);
  w.nodes().applied(make_node("n1").version("3").label("disk", "ssd"));
  w.advance(1s);
  const journey* j = w.scheduler.journeys().find("default", "web");
  REQUIRE(j != nullptr);
  CHECK(state_of(*j) == "permit");
  w.advance(20s);
  const list steps = lines_of(j);
  const auto refusals =
      std::count_if(steps.begin(), steps.end(), [](const std::string& s) { return s.starts_with("refused by "); });
  CHECK(refusals == 2);
  CHECK(std::count(steps.begin(), steps.end(),
                   "refused by NodeAffinity: 0/1 nodes are available: 1 node(s) didn't match Pod's node "
                   "affinity/selector.") == 1);
  CHECK(std::count(steps.begin(), steps.end(), "queued active NodeUpdateNodeTaint") == 1);
  CHECK(std::count(steps.begin(), steps.end(), "queued active NodeUpdateNodeLabel") == 1);
  CHECK(std::count(steps.begin(), steps.end(), "queued unschedulable ScheduleAttemptFailure") == 2);
  const auto waiting = std::find(steps.begin(), steps.end(), "waiting by Trace");
  REQUIRE(waiting != steps.end());
  CHECK(*(waiting - 1) == "Permit Wait");
  CHECK(*(waiting + 1) == "allowed by Trace");
  const auto step = [&](auto at) { return j->steps[static_cast<std::size_t>(at - steps.begin())]; };
  CHECK(step(waiting + 1).took == 5s);
  CHECK(step(waiting + 1).at - step(waiting).at == 5s);
  CHECK(j->attempts == 3);
  CHECK(state_of(*j) == "bound");
}

TEST_CASE("journeys: a gated pod is gated, by the plugin and the gates that it waits for, until they are gone") {
  world w;
  w.list({make_node("n1")});
  w.create(make_pod("web").gate("example.com/quota").gate("example.com/license"));
  w.advance(1s);
  const journey* j = w.scheduler.journeys().find("default", "web");
  REQUIRE(j != nullptr);
  CHECK(lines_of(j) == list{"queued gated UnscheduledPodAdd"});
  CHECK(state_of(*j) == "gated");
  REQUIRE(gate_of(*j) != nullptr);
  CHECK(gate_of(*j)->words->by == "SchedulingGates");
  CHECK(gate_of(*j)->words->text == "waiting for scheduling gates: [example.com/quota example.com/license]");
  CHECK(w.metrics.text().find(R"(queue_incoming_pods_total{event="UnscheduledPodAdd",queue="unschedulable"} 1)") !=
        std::string::npos);

  w.create(make_pod("web").version("2"));
  w.advance(1s);
  CHECK(gate_of(*w.scheduler.journeys().find("default", "web")) == nullptr);
  CHECK(state_of(*w.scheduler.journeys().find("default", "web")) == "bound");
}

TEST_CASE("journeys: the metric of waits in Permit counts from when it holds the pod") {
  world w(settings_with(32), scoring::default_registry(), holding("5s"));
  w.list({make_node("n1")});
  w.create(make_pod("web"));
  w.advance(20s);
  CHECK(w.metrics.text().find("scheduler_permit_wait_duration_seconds_sum{result=\"Success\"} 5\n") !=
        std::string::npos);
}

TEST_CASE("journeys: a decision has the scores of the chosen node and of the next three, and they add up") {
  world w;
  w.list({make_node("n1").cpu("1"), make_node("n2").cpu("2"), make_node("n3").cpu("3"), make_node("n4").cpu("4"),
          make_node("n5").cpu("5")});
  w.create(make_pod("web").cpu("500m"));
  w.advance(1s);
  const journey* j = w.scheduler.journeys().find("default", "web");
  REQUIRE(j != nullptr);
  const auto assumed = std::find_if(j->steps.begin(), j->steps.end(),
                                    [](const journey_step& s) { return s.what == step_kind::assumed; });
  REQUIRE(assumed != j->steps.end());
  REQUIRE(assumed->words->scores != nullptr);
  const step_scores& scores = *assumed->words->scores;
  REQUIRE(scores.rows.size() == 4);
  CHECK(scores.rows[0].node == w.node_of("web"));
  std::int64_t before = scores.rows[0].total;
  for (const step_scores::row& row : scores.rows) {
    CHECK(row.total <= before);
    before = row.total;
    REQUIRE(row.weighted.size() == scores.plugins->size());
    CHECK(std::accumulate(row.weighted.begin(), row.weighted.end(), std::int64_t{0}) == row.total);
  }
  CHECK(j->bytes > 13 * sizeof(journey_step) + 4 * sizeof(step_scores::row));
}

TEST_CASE("journeys: a pod that is deleted, or bound by somebody else, ends so") {
  world w;
  w.list({make_node("n1").label("a", "b")});
  w.create(make_pod("gone").node_selector("no", "such"));
  w.create(make_pod("taken").node_selector("no", "such"));
  w.advance(1s);
  w.remove("gone");
  w.pods().applied(make_pod("taken").version("9").node_selector("no", "such").on("n1"));
  CHECK(lines_of(w.scheduler.journeys().find("default", "gone")).back() == "deleted");
  CHECK(lines_of(w.scheduler.journeys().find("default", "taken")).back() == "elsewhere: n1");
  CHECK(w.scheduler.journeys().find("default", "taken")->over());

  w.create(make_pod("ours"));
  w.advance(1s);
  w.remove("ours");
  const journey* ours = w.scheduler.journeys().find("default", "ours");
  CHECK(state_of(*ours) == "deleted");
  CHECK(std::count_if(ours->steps.begin(), ours->steps.end(),
                      [](const journey_step& s) { return s.what == step_kind::bound; }) == 1);
}

TEST_CASE("journeys: a pod made anew under its name is another pod, and the newest is shown") {
  world w;
  w.list({make_node("n1")});
  w.create(make_pod("web").uid("one"));
  w.advance(1s);
  w.remove("web");
  w.create(make_pod("web").uid("two"));
  w.advance(1s);
  CHECK(w.scheduler.journeys().find("default", "web")->uid == "two");
  CHECK(w.scheduler.journeys().size() == 2);
}

TEST_CASE("journeys: no more pods than the cap, the one that was quiet for longest goes first") {
  journeys kept;
  for (std::size_t i = 0; i < journeys::most_pods; ++i)
    kept.queued(entry("p" + std::to_string(i)), queue_name::active, "UnscheduledPodAdd", start);
  kept.attempt(entry("p0"), start + 1s);
  kept.queued(entry("new"), queue_name::active, "UnscheduledPodAdd", start + 2s);
  CHECK(kept.size() == journeys::most_pods);
  CHECK(kept.find("default", "p0") != nullptr);
  CHECK(kept.find("default", "p1") == nullptr);
  // Its next attempt begins a journey that says what it lacks.
  kept.attempt(entry("p1", 7), start + 3s);
  REQUIRE(kept.find("default", "p1") != nullptr);
  CHECK(kept.find("default", "p1")->cut);
  CHECK(kept.find("default", "p1")->attempts == 7);
}

TEST_CASE("journeys: what is woken and was forgotten does not come back before its attempt") {
  journeys kept;
  kept.queued(entry("a"), queue_name::active, "NodeAdd", start);
  kept.refused("default-a", "no", "Fit", start);
  CHECK(kept.size() == 0);
}

TEST_CASE("journeys: a pod that is tried for ever keeps its last attempts, whole and numbered on") {
  journeys kept;
  std::uint64_t added = 1;
  kept.queued(entry("a"), queue_name::active, "UnscheduledPodAdd", start);
  for (std::uint32_t i = 1; i <= 1'000; ++i) {
    kept.attempt(entry("a", i), start + seconds(i));
    kept.refused("default-a", "no", "Fit", start + seconds(i));
    added += 2;
  }
  const journey* j = kept.find("default", "a");
  CHECK(j->steps.size() <= journeys::most_steps);
  CHECK(j->steps.size() >= journeys::most_steps / 2);
  CHECK(j->cut);
  CHECK(j->steps.front().what == step_kind::attempt);
  CHECK(j->first + j->steps.size() == added);
  CHECK(line_of(j->steps[j->steps.size() - 2]) == "attempt 1000");
}

TEST_CASE("journeys: all of them together keep within their bytes, whatever the messages") {
  journeys kept;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "p" + std::to_string(i);
    kept.queued(entry(name), queue_name::active, "UnscheduledPodAdd", start);
    for (int k = 0; k < 100; ++k)
      kept.refused("default-" + name, std::string(10'000, 'x') + std::to_string(k), "Fit", start);
  }
  CHECK(kept.bytes() <= journeys::most_bytes);
  CHECK(kept.size() > 1);
  CHECK(kept.find("default", "p199")->steps.size() == 101);
}
