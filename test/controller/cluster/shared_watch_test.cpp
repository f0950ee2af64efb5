#include "controller/cluster/shared_watch.hpp"

#include "controller/cluster/selector_stores.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace berth;
using namespace berth::controller;

namespace {

struct names final : k8s::store<k8s::workload> {
  void replaced(std::vector<k8s::workload_ptr> all) override {
    seen.push_back("all " + std::to_string(all.size()));
    for (k8s::workload_ptr& w : all) kept = std::move(w);
  }
  void applied(k8s::workload_ptr w) override {
    seen.push_back("applied " + w->uid);
    kept = std::move(w);
  }
  void removed(k8s::workload_ptr w) override { seen.push_back("removed " + w->uid); }

  std::vector<std::string> seen;
  k8s::workload_ptr kept;
};

auto replica_set(std::string name, std::string app) {
  k8s::selecting_workload<k8s::workload_selecting> made;
  made.own.key = made.selects.key = {"default", name};
  made.own.uid = std::move(name);
  made.selects.selector.emplace().match_labels.set("app", std::move(app));
  return std::make_shared<const k8s::selecting_workload<k8s::workload_selecting>>(std::move(made));
}

}  // namespace

TEST_CASE("shared watch: both hear of each list and each change, in the same order") {
  scoring::workload_selectors known;
  selector_stores selectors(known, [] {});
  names workloads;
  shared_watch<k8s::workload_selecting> both(workloads, selectors.replica_sets);
  const auto spreads = [&](const char* app) {
    k8s::pod_spec pod;
    pod.namespace_ = "default";
    pod.labels.set("app", app);
    pod.owner = k8s::controller_owner{"apps/v1", "ReplicaSet", app, ""};
    return !known.default_selector(pod).empty();
  };

  both.replaced({replica_set("web", "web"), replica_set("db", "db")});
  CHECK(selectors.replica_sets.listed());
  CHECK(spreads("web"));
  both.applied(replica_set("api", "api"));
  CHECK(spreads("api"));
  both.removed(replica_set("web", "web"));
  CHECK_FALSE(spreads("web"));
  CHECK(workloads.seen == std::vector<std::string>{"all 2", "applied api", "removed web"});
  CHECK(workloads.kept->key.name == "api");
}
