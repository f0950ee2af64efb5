#include "controller/schedule/races.hpp"

#include "test/controller/world.hpp"

#include <doctest/doctest.h>

/// Another scheduler, which binds pods of its own to the same nodes.
using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

/// Holds every pod with the label "held" in Permit for ten seconds.
class holds final : public scoring::plugin, public scoring::permit_plugin {
 public:
  std::string_view name() const override { return "Holds"; }
  std::vector<scoring::event_interest> events_to_register() const override { return {}; }
  scoring::permit_result permit(const scoring::pod_info& pod, const scoring::cluster&, scoring::cycle_state& cycle,
                                std::string_view) override {
    if (pod.spec().labels.find("held") == nullptr) return {};
    cycle.out().add(scoring::allow_pod{pod.pod->uid, "Holds", 10s});
    return {{scoring::code::wait, {}, {}}, 60s};
  }
};

scoring::registry with_holds() {
  scoring::registry all = scoring::default_registry();
  all.add("Holds", [](scoring::arguments& args, const scoring::plugin_context&) {
    args.finish();
    return std::make_unique<holds>();
  });
  return all;
}

struct raced_world : world {
  raced_world()
      : world(settings_with(32), with_holds(),
              controller::parse_configuration("apiVersion: kubescheduler.config.k8s.io/v1\n"
                                              "kind: KubeSchedulerConfiguration\n"
                                              "profiles: [{schedulerName: berth, plugins: "
                                              "{permit: {enabled: [{name: Holds}]}}}]",
                                              "test")) {}
  std::string races(const std::string& outcome) {
    const std::string line = "berth_races_total{outcome=\"" + outcome + "\"} ";
    const std::string text = metrics.text();
    const std::size_t at = text.find(line);
    REQUIRE(at != std::string::npos);
    return text.substr(at + line.size(), text.find('\n', at) - at - line.size());
  }
};

}  // namespace

TEST_CASE_FIXTURE(raced_world,
                  "races: a node that another scheduler filled meanwhile is left; the pod is decided anew") {
  list({make_node("n1").cpu("4")});
  create(make_pod("ours").cpu("2").label("held", "y"));
  advance(5s);
  REQUIRE(scheduler.cache().assumed_count() == 1);
  create(make_pod("theirs").scheduler("other").cpu("3").on("n1"));
  nodes().applied(make_node("n2").cpu("2"));
  advance(6s);
  CHECK(api.count("POST", "/ours/binding") == 0);
  CHECK(logged("Pod does not fit its node any more; trying again") == 1);
  CHECK(races("avoided") == "1");
  advance(15s);
  CHECK(node_of("ours") == "n2");
  CHECK(races("avoided") == "1");
}

TEST_CASE_FIXTURE(raced_world, "races: where the other's pod leaves enough, the pod is bound as it was decided") {
  list({make_node("n1").cpu("4")});
  create(make_pod("ours").cpu("2").label("held", "y"));
  advance(5s);
  create(make_pod("theirs").scheduler("other").cpu("1").on("n1"));
  advance(6s);
  CHECK(node_of("ours") == "n1");
  CHECK(races("avoided") == "0");
  CHECK(races("overcommitted") == "0");
}

TEST_CASE_FIXTURE(raced_world, "races: a node that holds too much after another's binding is counted") {
  list({make_node("n1").cpu("4")});
  create(make_pod("ours").cpu("2"));
  advance(1s);
  REQUIRE(node_of("ours") == "n1");
  create(make_pod("theirs").scheduler("other").cpu("3").on("n1"));
  advance(1s);
  CHECK(races("overcommitted") == "1");
  create(make_pod("small").scheduler("other").on("n1"));  // it asks for nothing that is short
  advance(1s);
  CHECK(races("overcommitted") == "1");
}

TEST_CASE_FIXTURE(raced_world, "races: what is there when the cluster is first seen is no race") {
  api.create_pod(make_pod("theirs").scheduler("other").cpu("3").on("n1"));
  api.create_pod(make_pod("more").scheduler("other").cpu("3").on("n1"));
  list({make_node("n1").cpu("4")});
  advance(1s);
  CHECK(races("overcommitted") == "0");
}
