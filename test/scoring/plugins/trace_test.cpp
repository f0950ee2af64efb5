#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

using list = std::vector<std::string>;

/// The lines, as "Filter n1"; those without a node have the message alone.
list lines_of(effects& from) {
  list out;
  for (const effect& e : from.take()) {
    const auto* line = std::get_if<log_line>(&e);
    if (line == nullptr) continue;
    CHECK(line->fields.at(0) == log_field{"pod", k8s::object_key{"default", "test"}});
    CHECK(std::string_view(line->where.file_name()).ends_with("scoring/plugins/trace.cpp"));
    std::string& text = out.emplace_back(line->message);
    if (line->fields.size() == 1) continue;
    const auto* number = std::get_if<std::int64_t>(&line->fields[1].value);
    text += " " + (number ? std::to_string(*number) : std::get<std::string>(line->fields[1].value));
  }
  return out;
}

struct bench {
  explicit bench(std::string_view args = "", int nodes = 2) : one("Trace", args) {
    for (int i = 1; i <= nodes; ++i) one.node(make_node("n" + std::to_string(i)));
    pod = one.nodes().intern(make_pod("test"));
  }
  list decide() {
    made = one.at_work().schedule(pod, one.nodes(), cycle, random);
    return lines_of(cycle.out());
  }

  one_plugin one;
  pod_info pod;
  cycle_state cycle;
  std::mt19937_64 random{1};
  decision made;
};

std::string complaint(std::string_view args) {
  try {
    one_plugin("Trace", args);
    return "accepted";
  } catch (const configuration_error& e) {
    return e.what();
  }
}

}  // namespace

TEST_CASE("Trace: every point of a decision has its line, with pod and node, in order") {
  bench b;
  CHECK(b.decide() == list{"PreFilter", "Filter n1", "Filter n2", "PreScore n1", "PreScore n2", "Score n1", "Score n2",
                           "NormalizeScore"});
  // And again for the next pod of the class: nothing is kept.
  CHECK(b.decide().size() == 8);
}

TEST_CASE("Trace: after the decision, Reserve to PostBind name the node that was chosen") {
  bench b;
  profile& p = b.one.at_work();
  std::vector<profile::permit_wait> waits;
  p.reserve(b.pod, b.one.nodes(), b.cycle, "n2");
  CHECK(p.permit(b.pod, b.one.nodes(), b.cycle, "n2", waits).is_ok());
  p.pre_bind(b.pod, b.one.nodes(), b.cycle, "n2");
  p.post_bind(b.pod, b.one.nodes(), b.cycle, "n2");
  p.unreserve(b.pod, b.one.nodes(), b.cycle, "n2");
  CHECK(lines_of(b.cycle.out()) == list{"Reserve n2", "Permit n2", "PreBind n2", "PostBind n2", "Unreserve n2"});
}

TEST_CASE("Trace: it refuses no node, prefers none, and nothing wakes a pod for its sake") {
  bench b;
  CHECK(b.one.verdict(make_pod("test"), "n1") == "fits");
  CHECK(b.one.scores(make_pod("test")) == std::vector<std::int64_t>{0, 0});
  CHECK_FALSE(b.one.cures(make_pod("test"), node_event(action_add, nullptr, nullptr)));
}

TEST_CASE("Trace: with hold a pod waits in Permit, and is let go before its time is up") {
  bench b("hold: 5s");
  std::vector<profile::permit_wait> waits;
  CHECK(b.one.at_work().permit(b.pod, b.one.nodes(), b.cycle, "n1", waits).what == code::wait);
  REQUIRE(waits.size() == 1);
  CHECK(waits[0].plugin == "Trace");
  CHECK(waits[0].timeout > 5s);
  std::vector<effect> left = b.cycle.out().take();
  const auto* allow = std::get_if<allow_pod>(&left.back());
  REQUIRE(allow != nullptr);
  CHECK(allow->uid == b.pod.pod->uid);
  CHECK(allow->plugin == "Trace");
  CHECK(allow->after == 5s);
}

TEST_CASE("Trace: on a large cluster the nodes beyond the cap are one line with their number") {
  bench b("nodes: 3", 10);
  CHECK(b.decide() == list{"PreFilter", "Filter n1", "Filter n2", "Filter n3", "Filter 7", "PreScore n1", "PreScore n2",
                           "PreScore n3", "PreScore 7", "Score n1", "Score n2", "Score n3", "Score 7",
                           "NormalizeScore"});
}

TEST_CASE("Trace: its lines have the verbosity that is asked for") {
  bench b("verbosity: 4");
  b.one.at_work().schedule(b.pod, b.one.nodes(), b.cycle, b.random);
  const std::vector<effect> left = b.cycle.out().take();
  CHECK(std::get<log_line>(left.at(0)).verbosity == 4);
}

TEST_CASE("Trace: arguments out of range are refused by their path") {
  CHECK(complaint("hold: 11m") == "args.hold: must be from 0s to 10m");
  CHECK(complaint("hold: -1s") == "args.hold: must be from 0s to 10m");
  CHECK(complaint("hold: soon").starts_with("args.hold: "));
  CHECK(complaint("verbosity: 11").starts_with("args.verbosity: "));
  CHECK(complaint("nodes: -1").starts_with("args.nodes: "));
  CHECK(complaint("level: 3").starts_with("args.level: unknown field"));
  CHECK(complaint("hold: 10m") == "accepted");
}
