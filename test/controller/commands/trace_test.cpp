#include "controller/commands/trace.hpp"

#include "controller/commands/trace_text.hpp"
#include "controller/config/options.hpp"
#include "controller/observe/trace_answer.hpp"
#include "k8s/text/value_reader.hpp"
#include "test/controller/world.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

std::string complaint(std::vector<std::string> words) {
  words.insert(words.begin(), "trace");
  try {
    parse_command_line(words);
    return "accepted";
  } catch (const usage_error& e) {
    CHECK(e.exit_code == 2);
    return e.what();
  }
}

trace_options parsed(std::vector<std::string> words) {
  words.insert(words.begin(), "trace");
  return std::get<trace_options>(parse_command_line(words));
}

http_answer ask(world& w, std::string_view target) {
  const auto answer = answer_trace(target, w.scheduler.journeys(), w.scheduler.cache(), w.time.now(), w.time.wall());
  REQUIRE(answer);
  return *answer;
}

std::string message_of(const http_answer& a) {
  return *k8s::read_value(a.body, "it").value().find("message")->as_string();
}

}  // namespace

TEST_CASE("trace: a pod is named with its namespace, without, or with -n") {
  CHECK(parsed({"pod", "a/web"}).namespace_ == "a");
  CHECK(parsed({"pod", "a/web"}).name == "web");
  CHECK(parsed({"pod", "web"}).namespace_ == "default");
  CHECK(parsed({"pod", "web", "-n", "b"}).namespace_ == "b");
  CHECK(parsed({"pod", "b/web", "-n=b"}).namespace_ == "b");
  for (const std::string kind : {"pod", "pods", "po"}) {
    CHECK(parsed({kind, "a/web"}).namespace_ == "a");
    CHECK(parsed({kind + "/web"}).name == "web");
    CHECK(parsed({kind + "/a/web"}).namespace_ == "a");
  }
  const trace_options all = parsed({"pod", "web", "-w", "-o=json", "--from", "http://10.0.0.1:99"});
  CHECK(all.watch);
  CHECK(all.output == "json");
  CHECK(all.from == "http://10.0.0.1:99");
}

TEST_CASE("trace: wrong words are answered with the right ones") {
  CHECK(complaint({}) == "trace: say `berth trace pod NAMESPACE/NAME`");
  CHECK(complaint({"pod"}) == "trace: which pod? say `berth trace pod NAMESPACE/NAME`");
  CHECK(complaint({"default/x"}) == "trace: say `berth trace pod default/x`");
  CHECK(complaint({"node", "n1"}) ==
        "trace: there is nothing to tell about a \"node\", only about a pod; say `berth trace pod NAMESPACE/NAME`");
  CHECK(complaint({"pod", "a", "b"}) == "trace: one pod at a time: say `berth trace pod NAMESPACE/NAME`");
  for (const char* bad : {"/x", "a/", "a/b/c", "a/B", "a b", "../x", "a/-b", "a/b.", "a/b?c"})
    CHECK(complaint({"pod", bad}).find("is no name of a pod") != std::string::npos);
  CHECK(complaint({"pod", "a/x", "-n", "b"}).find("names another") != std::string::npos);
  CHECK(complaint({"pod", "x", "-o", "yaml"}) != "accepted");
  CHECK(complaint({"pod", "x", "--form", "y"}).find("did you mean --from?") != std::string::npos);
}

TEST_CASE("trace: the answer is JSON with every step, and from a number on") {
  world w;
  w.list({make_node("n1")});
  w.create(make_pod("web").node_selector("disk", "ssd"));
  w.advance(1s);
  const http_answer a = ask(w, "/debug/trace/default/web");
  CHECK(a.status == 200);
  CHECK(a.content_type == "application/json");
  const k8s::value read = k8s::read_value(a.body, "it").value();
  CHECK(*read.find("pod")->as_string() == "default/web");
  CHECK(*read.find("scheduler")->as_string() == "berth");
  CHECK(*read.find("state")->as_string() == "unschedulable");
  CHECK(*read.find("complete")->as_bool());
  CHECK(read.find("came")->as_string()->ends_with("Z"));
  CHECK(read.find("node") == nullptr);
  const std::int64_t next = *read.find("next")->as_int();
  CHECK(read.find("steps")->as_list()->size() == static_cast<std::size_t>(next));
  const k8s::value& first = read.find("steps")->as_list()->front();
  CHECK(*first.find("step")->as_string() == "queued");
  CHECK(*first.find("event")->as_string() == "UnscheduledPodAdd");

  w.nodes().applied(make_node("n1").version("2").label("disk", "ssd"));
  w.advance(1s);
  const k8s::value more =
      k8s::read_value(ask(w, "/debug/trace/default/web?after=" + std::to_string(next)).body, "it").value();
  CHECK(*more.find("steps")->as_list()->front().find("n")->as_int() == next);
  CHECK(*more.find("node")->as_string() == "n1");
}

TEST_CASE("trace: what is not there is said with its reason") {
  world w;
  w.list({make_node("n1")});
  w.pods().applied(make_pod("old").on("n1"));
  CHECK(ask(w, "/debug/trace/default/x").status == 404);
  CHECK(message_of(ask(w, "/debug/trace/default/x")) == "pod default/x: this scheduler has not seen it");
  CHECK(message_of(ask(w, "/debug/trace/default/old")).starts_with("pod default/old: it is on node n1; "));
  for (const char* bad :
       {"/debug/trace/", "/debug/trace/x", "/debug/trace//x", "/debug/trace/a/", "/debug/trace/a/b/c"})
    CHECK(message_of(ask(w, bad)) == "the path is /debug/trace/NAMESPACE/NAME");
  for (const char* bad : {"?after=", "?after=x", "?after=-1", "?watch=true"})
    CHECK(ask(w, "/debug/trace/default/old" + std::string(bad)).status == 400);
  CHECK_FALSE(answer_trace("/metrics", w.scheduler.journeys(), w.scheduler.cache(), w.time.now(), w.time.wall()));
}

TEST_CASE("trace: a pod of another scheduler is said to be so, waiting or placed, and by its name") {
  world w;
  w.list({make_node("n1")});
  const auto asked = [&](const char* name) { return message_of(ask(w, "/debug/trace/default/" + std::string(name))); };
  w.pods().applied(make_pod("theirs").scheduler("other"));
  w.pods().applied(make_pod("placed").scheduler("other").on("n1"));
  CHECK(asked("theirs") ==
        "pod default/theirs: it waits; its schedulerName is \"other\", and this scheduler has no "
        "profile of that name");
  CHECK(asked("placed") ==
        "pod default/placed: it is on node n1; its schedulerName is \"other\", and this scheduler has "
        "no profile of that name");
  w.pods().applied(make_pod("theirs").version("2").scheduler("other").on("n1"));
  CHECK(asked("theirs").starts_with("pod default/theirs: it is on node n1; its schedulerName is \"other\""));
  w.pods().removed(make_pod("theirs").version("3").scheduler("other").on("n1"));
  CHECK(asked("theirs") == "pod default/theirs: this scheduler has not seen it");
  // Gone before it was placed; and gone while the watch was cut.
  w.pods().applied(make_pod("short").scheduler("other"));
  w.pods().removed(make_pod("short").scheduler("other"));
  CHECK(asked("short") == "pod default/short: this scheduler has not seen it");
  w.pods().applied(make_pod("cut").scheduler("other"));
  w.relist_pods();
  CHECK(asked("cut") == "pod default/cut: this scheduler has not seen it");
}

TEST_CASE("trace: a gated pod's state names the gate, in JSON and in the text") {
  world w;
  w.list({make_node("n1")});
  w.create(make_pod("web").gate("example.com/quota"));
  w.advance(1s);
  const k8s::value read = k8s::read_value(ask(w, "/debug/trace/default/web").body, "it").value();
  CHECK(*read.find("state")->as_string() == "gated");
  CHECK(*read.find("plugins")->as_string() == "SchedulingGates");
  CHECK(*read.find("message")->as_string() == "waiting for scheduling gates: [example.com/quota]");
  const std::string gate = "gated by SchedulingGates: waiting for scheduling gates: [example.com/quota]\n";
  CHECK(trace_head(read).find("State:      " + gate) != std::string::npos);
  CHECK(trace_lines(read) ==
        "0s        queued      -         gated: UnscheduledPodAdd, by SchedulingGates: waiting for scheduling gates: "
        "[example.com/quota]\n");
}

TEST_CASE("trace: the answer has the scores of a decision, by node and plugin") {
  world w;
  w.list({make_node("n1"), make_node("n2")});
  w.create(make_pod("web"));
  w.advance(1s);
  const k8s::value read = k8s::read_value(ask(w, "/debug/trace/default/web").body, "it").value();
  std::size_t decisions = 0;
  for (const k8s::value& step : *read.find("steps")->as_list()) {
    if (*step.find("step")->as_string() != "assumed") continue;
    ++decisions;
    const auto& rows = *step.find("scores")->as_list();
    REQUIRE(rows.size() == 2);
    CHECK(*rows[0].find("node")->as_string() == *step.find("node")->as_string());
    CHECK(rows[0].find("total")->as_int() != nullptr);
    CHECK(*rows[0].find("plugins")->find("TaintToleration")->as_int() == 300);
  }
  CHECK(decisions == 1);
}

TEST_CASE("trace: the text has a head, and a line for each step") {
  world w;
  w.list({make_node("n1")});
  w.create(make_pod("web"));
  w.advance(1s);
  const k8s::value read = k8s::read_value(ask(w, "/debug/trace/default/web").body, "it").value();
  const std::string head = trace_head(read);
  CHECK(head.starts_with(
      "Pod:        default/web\nUID:        default-web\nScheduler:  berth\nState:      bound to n1\n"));
  CHECK(head.ends_with("\nAT        STEP        TOOK      OUTCOME\n"));
  const std::string lines = trace_lines(read);
  CHECK(lines.starts_with("0s        queued      -         active: UnscheduledPodAdd\n"));
  CHECK(lines.find("  assumed     -         n1: 1 of 1 nodes fit\n") != std::string::npos);
  CHECK(lines.find("  bound       -         to n1\n") != std::string::npos);
  // From another version, or not from a scheduler at all.
  CHECK(trace_lines(k8s::value(3)) == "");
  CHECK(trace_lines(k8s::read_value(R"({"steps":[{"step":"dreamt","took":"long"},7]})", "it").value()).find("dreamt") !=
        std::string::npos);
}

TEST_CASE("trace: durations are brief") {
  CHECK(brief_duration(0) == "0s");
  CHECK(brief_duration(45e-9) == "45ns");
  CHECK(brief_duration(12.34e-6) == "12.3µs");
  CHECK(brief_duration(1e-3) == "1ms");
  CHECK(brief_duration(0.9999) == "1s");
  CHECK(brief_duration(5) == "5s");
  CHECK(brief_duration(65.21) == "1m5.2s");
  CHECK(brief_duration(59.99) == "1m0s");
  CHECK(brief_duration(3660) == "1h1m");
}

TEST_CASE("trace: where nobody answers it says so in one line") {
  trace_options o = parsed({"pod", "web", "--from", "http://127.0.0.1:1"});
  std::ostringstream out, err;
  CHECK(run_trace(o, out, err) == 1);
  CHECK(out.str() == "");
  const std::string told = err.str();
  CHECK(told.starts_with("berth: trace: no scheduler answers at http://127.0.0.1:1: "));
  CHECK(std::count(told.begin(), told.end(), '\n') == 1);
  o.from = "ftp://x";
  CHECK(run_trace(o, out, err) == 1);
}
