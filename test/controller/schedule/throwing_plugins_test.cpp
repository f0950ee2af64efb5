#include "test/controller/trouble.hpp"
#include "test/controller/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

/// A plugin that throws, at each extension point, beside pods that have nothing to do with it.
using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

constexpr int others = 20;

struct troubled_world : world {
  explicit troubled_world(held_pods held = std::make_shared<std::set<std::string>>(), bool leads = true)
      : world(settings_with(32), with_trouble(held), troubled_configuration(), nobody, leads), reserved(held) {
    list({make_node("n1"), make_node("n2")});
  }
  /// One pod that asks for trouble among others.
  void create_all(const make_pod& bad) {
    for (int i = 0; i < others; ++i) {
      create(make_pod("other" + std::to_string(i)));
      if (i == others / 2) create(bad);
    }
  }
  std::size_t others_bound() const {
    std::size_t n = 0;
    for (int i = 0; i < others; ++i) n += !node_of("other" + std::to_string(i)).empty();
    return n;
  }
  std::string note() const {
    const auto* e = find_event("bad", "FailedScheduling");
    return e == nullptr ? "" : e->note;
  }
  std::string reason() const {
    const auto& condition = api.pods.at({"default", "bad"}).scheduled;
    return condition ? condition->reason : "";
  }
  held_pods reserved;
};

make_pod bad_pod(const std::string& at, const std::string& how) {
  return make_pod("bad").label("at", at).label("how", how).label("times", "1");
}

struct point {
  const char* at;
  const char* before;  ///< of what was thrown, in the event's note
};
constexpr point failing[] = {
    {"preEnqueue", "running PreEnqueue plugin \"Trouble\": "},
    {"preFilter", "running PreFilter plugin \"Trouble\": "},
    {"filter", "running \"Trouble\" filter plugin: "},
    {"preScore", "running PreScore plugin \"Trouble\": "},
    {"score", "running Score plugins: plugin \"Trouble\" failed with: "},
    {"normalize", "running Normalize on Score plugins: plugin \"Trouble\" failed with: "},
    {"reserve", "running Reserve plugin \"Trouble\": "},
    {"permit", "running Permit plugin \"Trouble\": "},
    {"preBind", "running PreBind plugin \"Trouble\": "},
    {"bind", "running Bind plugin \"Trouble\": "},
};

struct thrown {
  const char* how;
  std::string text;
};
std::vector<thrown> all_thrown(const std::string& at) {
  return {{"throw", "threw an exception: trouble at " + at},
          {"throw-1", "threw something that is not a std::exception"},
          {"bad-alloc", "threw an exception: std::bad_alloc"}};
}

}  // namespace

TEST_CASE("scheduler: what a plugin throws costs that attempt of that pod; others go on, and it is tried again") {
  for (const point& p : failing)
    for (const thrown& t : all_thrown(p.at)) {
      CAPTURE(p.at);
      CAPTURE(t.how);
      troubled_world w;
      w.create_all(bad_pod(p.at, t.how));
      w.advance(900ms);
      CHECK(w.others_bound() == others);
      CHECK(w.node_of("bad") == "");
      CHECK(w.note() == p.before + t.text);
      CHECK(w.reason() == "SchedulerError");
      CHECK(w.scheduler.cache().assumed_count() == 0);
      CHECK_FALSE(w.reserved->contains("default-bad"));
      w.advance(5s);
      CHECK(w.node_of("bad") != "");
      CHECK(w.reserved->contains("default-bad"));
    }
}

TEST_CASE("scheduler: while another replica leads nothing is written, not even what a PreEnqueue plugin threw") {
  troubled_world w(std::make_shared<std::set<std::string>>(), false);
  w.create(make_pod("bad").label("at", "preEnqueue").label("how", "throw"));
  w.create(make_pod("good"));
  w.advance(30s);
  CHECK(w.api.requests.empty());
  w.scheduler.lead();
  w.advance(15s);
  CHECK(w.node_of("good") != "");
  CHECK(w.note() == "running PreEnqueue plugin \"Trouble\": threw an exception: trouble at preEnqueue");
  CHECK(w.reason() == "SchedulerError");
}

TEST_CASE("scheduler: a PostFilter that throws leaves its pod unschedulable, with both reasons") {
  for (const thrown& t : all_thrown("postFilter")) {
    troubled_world w;
    w.create_all(make_pod("bad").label("at", "postFilter").label("how", t.how));
    w.advance(900ms);
    CHECK(w.others_bound() == others);
    CHECK(w.note() == "0/2 nodes are available: 2 not yet. running PostFilter plugin \"Trouble\": " + t.text);
    CHECK(w.reason() == "Unschedulable");
  }
}

TEST_CASE("scheduler: an Unreserve that throws is told of its pod, beside the reason of the refusal") {
  for (const thrown& t : all_thrown("unreserve")) {
    troubled_world w;
    w.create_all(bad_pod("unreserve", t.how));
    w.advance(900ms);
    CHECK(w.others_bound() == others);
    std::vector<std::string> notes;
    for (const auto& [path, e] : w.api.events)
      if (e.pod == "bad") notes.push_back(e.note);
    std::sort(notes.begin(), notes.end());
    CHECK(notes == std::vector<std::string>{"0/1 nodes are available: 1 so that Unreserve is called.",
                                            "running Unreserve plugin \"Trouble\": " + t.text});
    CHECK(w.scheduler.cache().assumed_count() == 0);
    CHECK(w.logged(R"("Plugin failed" err="running Unreserve plugin)") == 1);
  }
}

TEST_CASE("scheduler: a PostBind that throws is in the log, and its pod is bound") {
  for (const thrown& t : all_thrown("postBind")) {
    troubled_world w;
    w.create_all(bad_pod("postBind", t.how));
    w.advance(900ms);
    CHECK(w.others_bound() == others);
    CHECK(w.node_of("bad") != "");
    CHECK(w.logged(R"(plugin="Trouble" point="PostBind" pod="default/bad")") == 1);
  }
}

TEST_CASE("scheduler: a hint that throws has its pod tried again") {
  for (const thrown& t : all_thrown("hint")) {
    troubled_world w;
    w.create(bad_pod("hint", t.how));
    w.advance(5s);
    CHECK(w.node_of("bad") == "");
    CHECK(w.note() ==
          "0/2 nodes are available: 2 not yet. preemption: 0/2 nodes are available: 2 No preemption victims found for "
          "incoming pod., no help");
    w.nodes().applied(make_node("n1").version("2").label("something", "new"));
    w.advance(5s);
    CHECK(w.node_of("bad") != "");
    CHECK(w.logged(R"(plugin="Trouble" point="QueueingHint" pod="default/bad")") == 1);
  }
}

TEST_CASE("scheduler: a QueueSort that throws loses no pod, and does not flood the log") {
  class sort final : public scoring::plugin, public scoring::queue_sort_plugin {
   public:
    std::string_view name() const override { return "ThrowingSort"; }
    bool before(const scoring::queued_pod& a, const scoring::queued_pod& b) const override {
      if (a.pod->pod->key.name == "bad" || b.pod->pod->key.name == "bad") throw 1;
      return a.queued_at < b.queued_at;
    }
  };
  scoring::registry all = scoring::default_registry();
  all.add("ThrowingSort", [](scoring::arguments& args, const scoring::plugin_context&) {
    args.finish();
    return std::make_unique<sort>();
  });
  world w(settings_with(32), all,
          controller::parse_configuration(R"(
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
  - schedulerName: berth
    plugins: {queueSort: {disabled: [{name: "*"}], enabled: [{name: ThrowingSort}]}}
)",
                                          "test"));
  w.create(make_pod("bad"));
  for (int i = 0; i < 100; ++i) w.create(make_pod("other" + std::to_string(i)));
  w.list({make_node("n1"), make_node("n2")});
  w.advance(5s);
  for (const auto& [key, pod] : w.api.pods) CHECK(pod.node_name != "");
  CHECK(w.logged("point=\"QueueSort\"") >= 1);
  CHECK(w.logged("point=\"QueueSort\"") < 20);
}

TEST_CASE(
    "scheduler: a refusal at PreBind or Bind is blamed once, in the plugin's own words, and tried after backoff") {
  for (const char* at : {"preBind", "bind"}) {
    troubled_world w;
    w.create(bad_pod(at, "refuse"));
    w.advance(900ms);
    CHECK(w.note() == std::string("trouble at ") + at);
    CHECK(w.reason() == "Unschedulable");
    w.advance(5s);
    CHECK(w.node_of("bad") != "");

    troubled_world failed;
    failed.create(bad_pod(at, "fail"));
    failed.advance(900ms);
    CHECK(failed.note() == std::string("running ") + (at == std::string("bind") ? "Bind" : "PreBind") +
                               " plugin \"Trouble\": trouble at " + at);
    CHECK(failed.reason() == "SchedulerError");
  }
}
