#include "controller/offline/judge.hpp"
#include "scoring/make_plugin.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

using namespace berth;
using namespace berth::controller;

namespace {

using names = std::vector<std::string>;

constexpr auto nodes = R"(
{apiVersion: v1, kind: Node, metadata: {name: small}, status: {allocatable: {cpu: 1, pods: 10}}}
---
{apiVersion: v1, kind: Node, metadata: {name: large}, status: {allocatable: {cpu: 4, pods: 10}}}
)";

std::string pod(const std::string& name, const std::string& cpu, const std::string& more = "") {
  return "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: default}, spec: {" + more +
         "containers: [{name: c, image: nginx, resources: {requests: {cpu: " + cpu + "}}}]}}\n";
}

std::string with_plugin(const std::string& plugin, const std::string& args = "{}") {
  return "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles:\n"
         "- schedulerName: mine\n  plugins: {multiPoint: {enabled: [{name: " +
         plugin + "}]}, postFilter: {disabled: [{name: \"*\"}]}}\n  pluginConfig: [{name: " + plugin +
         ", args: " + args + "}]\n";
}

std::string error_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

/// Remembers what it was called for; refuses, or has wait, the pods that it is told to.
struct diary final : scoring::plugin,
                     scoring::reserve_plugin,
                     scoring::permit_plugin,
                     scoring::pre_bind_plugin,
                     scoring::post_bind_plugin {
  explicit diary(scoring::arguments& args, std::vector<std::string>& said)
      : refuse_at(args.text_or("refuseAt", "")), lines(said) {}

  std::string_view name() const override { return "Diary"; }
  scoring::status at(const std::string& point, const scoring::pod_info& p) const {
    lines.push_back(point + " " + p.pod->key.name);
    return point == refuse_at ? scoring::status::refuse("not at " + point) : scoring::status::ok();
  }
  scoring::status reserve(const scoring::pod_info& p, const scoring::cluster&, scoring::cycle_state&,
                          std::string_view) override {
    return at("reserve", p);
  }
  void unreserve(const scoring::pod_info& p, const scoring::cluster&, scoring::cycle_state&,
                 std::string_view) override {
    at("unreserve", p);
  }
  scoring::permit_result permit(const scoring::pod_info& p, const scoring::cluster&, scoring::cycle_state&,
                                std::string_view) override {
    if (refuse_at == "wait") return {{scoring::code::wait, {}, {}}, std::chrono::seconds(5)};
    return {at("permit", p)};
  }
  scoring::pre_bind_result pre_bind(const scoring::pod_info& p, const scoring::cluster&, scoring::cycle_state&,
                                    std::string_view) override {
    return at("preBind", p);
  }
  void post_bind(const scoring::pod_info& p, const scoring::cluster&, scoring::cycle_state&,
                 std::string_view) override {
    at("postBind", p);
  }

  std::string refuse_at;
  std::vector<std::string>& lines;
};

/// Has pods wait until there are `size` of them; then all may go, or (where `turnAway` is set) none.
struct gang final : scoring::plugin, scoring::permit_plugin {
  explicit gang(scoring::arguments& args)
      : size(static_cast<std::size_t>(args.integer_or("size", 2, 1, 9))),
        turn_away(args.boolean_or("turnAway", false)) {}

  std::string_view name() const override { return "Gang"; }
  scoring::permit_result permit(const scoring::pod_info& p, const scoring::cluster&, scoring::cycle_state& cycle,
                                std::string_view) override {
    here.push_back(p.pod->uid);
    if (here.size() != size) return {{scoring::code::wait, {}, {}}, std::chrono::seconds(60)};
    for (const std::string& uid : here) {
      if (turn_away)
        cycle.out().add(scoring::reject_pod{uid, "Gang", "not today", std::chrono::seconds(1)});
      else
        cycle.out().add(scoring::allow_pod{uid, "Gang"});
    }
    return {{scoring::code::wait, {}, {}}, std::chrono::seconds(60)};
  }

  std::size_t size;
  bool turn_away;
  std::vector<std::string> here;
};

struct with_diary {
  std::vector<std::string> lines;
  scoring::registry plugins = scoring::default_registry();

  with_diary() {
    plugins.add("Diary", [this](scoring::arguments& args, const scoring::plugin_context&) {
      return std::make_unique<diary>(args, lines);
    });
  }
  judgement rehearsed(const std::string& refuse_at, const std::string& cluster) {
    return rehearse(plugins, with_plugin("Diary", "{refuseAt: \"" + refuse_at + "\"}"), cluster);
  }
};

const std::string mine = "schedulerName: mine, ";

}  // namespace

TEST_CASE("judge: without a configuration every pending pod is judged by the default plugins") {
  const judgement said = judge(scoring::default_registry(), "", nodes + pod("web", "2") + pod("huge", "8"));
  REQUIRE(said.pods.size() == 2);
  CHECK(said.pod("web").message == "");
  CHECK(said.pod("web").best == names{"large"});
  CHECK(said.pod("default/web").node("large").fits());
  CHECK(said.pod("web").node("large").scores.contains("NodeResourcesFit"));
  CHECK(said.pod("web").node("small").refused_by == "NodeResourcesFit");
  CHECK(said.pod("web").node("small").reason == "Insufficient cpu");
  CHECK(said.pod("huge").best.empty());
  CHECK(said.pod("huge").message.starts_with("0/2 nodes are available: 2 Insufficient cpu."));
  CHECK(said.text.find("default/web: fits 1 of 2 nodes, best: large") != std::string::npos);
}

TEST_CASE("judge: pods do not take each other's room, rehearsed ones do") {
  const std::string cluster = nodes + pod("first", "3") + pod("second", "3");
  const scoring::registry plugins = scoring::default_registry();
  CHECK(judge(plugins, "", cluster).pod("second").best == names{"large"});
  const judgement said = rehearse(plugins, "", cluster);
  CHECK(said.pod("first").placed_on == "large");
  CHECK(said.pod("second").placed_on == "");
  CHECK(said.pod("second").message.starts_with("0/2 nodes are available: 2 Insufficient cpu."));
  CHECK(said.text.starts_with("default/first: goes to large\ndefault/second: 0/2 nodes are available"));
}

TEST_CASE("judge: what is wrong in either text is named by text and field") {
  const scoring::registry plugins = scoring::default_registry();
  CHECK(error_of([&] { judge(plugins, with_plugin("MaxPodCount"), nodes); }) ==
        "configuration: profiles[0].pluginConfig[0].args.limit: is required");
  CHECK(error_of([&] { judge(plugins, "", nodes + pod("web", "much")); }) ==
        "cluster: document 3: Pod default/web: spec.containers[0].resources.requests[\"cpu\"]: \"much\" is not a "
        "quantity");
  CHECK(error_of([&] { judge(plugins, "", "{"); }).starts_with("cluster:"));
  CHECK(error_of([&] { judge(plugins, "{", nodes); }).starts_with("configuration:"));
}

TEST_CASE("judge: who asks for a pod or node that is not there is told what there is") {
  const judgement said = judge(scoring::default_registry(), "", nodes + pod("web", "1"));
  CHECK(error_of([&] { said.pod("wbe"); }) ==
        "no pending pod of a profile's schedulerName is called default/wbe; there is default/web");
  CHECK(error_of([&] { said.pod("web").node("medium"); }) == "no node is called medium; there is large, small");
  const judgement none = judge(scoring::default_registry(), with_plugin("MaxPodCount", "{limit: 1}"), nodes);
  CHECK(error_of([&] { none.pod("web"); }) ==
        "no pending pod of a profile's schedulerName is called default/web; there is none");
}

TEST_CASE("rehearse: every extension point after the choice is called, and bindings end after the last choice") {
  with_diary d;
  const judgement said = d.rehearsed("", nodes + pod("a", "1", mine) + pod("b", "1", mine));
  CHECK(d.lines ==
        names{"reserve a", "permit a", "reserve b", "permit b", "preBind a", "postBind a", "preBind b", "postBind b"});
  CHECK(said.pod("a").placed_on != "");
}

TEST_CASE("rehearse: a refusal after the choice gives the room back and says so as the event would") {
  with_diary d;
  for (const std::string point : {"reserve", "permit", "preBind"}) {
    d.lines.clear();
    const judgement said = d.rehearsed(point, nodes + pod("a", "3", mine) + pod("b", "3", mine));
    CHECK(said.pod("a").placed_on == "");
    // After Permit a refusal is no FitError: plain words, as kube-scheduler's event has them.
    const std::string plain = "not at " + point;
    CHECK(said.pod("a").message == (point == "preBind" ? plain : "0/1 nodes are available: 1 " + plain + "."));
    CHECK(std::count(d.lines.begin(), d.lines.end(), "unreserve a") == 1);
    CHECK(std::count(d.lines.begin(), d.lines.end(), "postBind a") == 0);
    // While a binding is under way its room is taken.
    CHECK(said.pod("b").message.starts_with(point == "preBind" ? "0/2 nodes" : "0/1 nodes"));
  }
}

TEST_CASE("rehearse: a pod that Permit has wait keeps its room and names the plugin") {
  with_diary d;
  const judgement said = d.rehearsed("wait", nodes + pod("a", "3", mine) + pod("b", "3", mine));
  CHECK(said.pod("a").placed_on == "large");
  CHECK(said.pod("a").permit == names{"Diary"});
  CHECK(said.pod("b").message.starts_with("0/2 nodes are available: 2 Insufficient cpu."));
}

TEST_CASE("rehearse: pods that wait in Permit go on, or are refused, when a plugin says so") {
  scoring::registry plugins = scoring::default_registry();
  plugins.add("Gang", scoring::make_plugin<gang>);
  const std::string cluster = nodes + pod("a", "1", mine) + pod("b", "1", mine) + pod("c", "1", mine);
  const judgement two = rehearse(plugins, with_plugin("Gang"), cluster);
  CHECK(two.pod("a").permit.empty());
  CHECK(two.pod("b").permit.empty());
  CHECK(two.pod("b").placed_on != "");
  CHECK(two.pod("c").permit == names{"Gang"});
  const judgement none = rehearse(plugins, with_plugin("Gang", "{size: 3, turnAway: true}"), cluster);
  for (const judged_pod& p : none.pods) {
    CHECK(p.placed_on == "");
    CHECK(p.permit.empty());
    CHECK(p.message == "0/1 nodes are available: 1 not today.");
  }
}
