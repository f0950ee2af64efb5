#include "scoring/workload_selectors.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>

/// Cases after upstream's plugins/helper, spread_test.go: TestGetPodServices and TestDefaultSelector.
using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

k8s::label_selector labels(std::initializer_list<k8s::string_map::entry> pairs) { return {k8s::string_map(pairs), {}}; }

k8s::pod_spec web(const char* owner_kind = nullptr, const char* api_version = "apps/v1") {
  make_pod p("p");
  p.label("app", "web").label("tier", "front").label("hash", "1");
  k8s::pod_spec spec = p.spec();
  if (owner_kind != nullptr) spec.owner = k8s::controller_owner{api_version, owner_kind, "owner", "uid"};
  return spec;
}

}  // namespace

TEST_CASE("default selector: the labels of all services that select the pod, in its namespace, are joined") {
  workload_selectors all;
  CHECK(all.default_selector(web()).empty());
  all.set(selecting_kind::service, {"default", "a"}, labels({{"app", "web"}}));
  all.set(selecting_kind::service, {"default", "b"}, labels({{"tier", "front"}}));
  all.set(selecting_kind::service, {"default", "of others"}, labels({{"app", "db"}}));
  all.set(selecting_kind::service, {"default", "external"}, std::nullopt);
  all.set(selecting_kind::service, {"default", "empty"}, labels({}));
  all.set(selecting_kind::service, {"elsewhere", "a"}, labels({{"hash", "1"}}));
  CHECK(all.default_selector(web()) == labels({{"app", "web"}, {"tier", "front"}}));
  all.remove(selecting_kind::service, {"default", "b"});
  CHECK(all.default_selector(web()) == labels({{"app", "web"}}));
}

TEST_CASE("default selector: the workload that owns the pod adds its own, whether or not that selects the pod") {
  workload_selectors all;
  all.set(selecting_kind::service, {"default", "a"}, labels({{"app", "web"}}));
  for (const auto kind : {selecting_kind::replica_set, selecting_kind::stateful_set})
    all.set(kind, {"default", "owner"}, labels({{"app", "other"}}));
  all.set(selecting_kind::replication_controller, {"default", "owner"}, labels({{"rc", "x"}}));
  for (const char* kind : {"ReplicaSet", "StatefulSet"}) {
    const k8s::label_selector s = all.default_selector(web(kind));
    CHECK(s.match_labels == k8s::string_map{{"app", "web"}});
    REQUIRE(s.match_expressions.size() == 1);
    CHECK_FALSE(s.matches({{"app", "web"}}));
  }
  CHECK(all.default_selector(web("ReplicationController", "v1")) == labels({{"app", "web"}, {"rc", "x"}}));
  CHECK(all.default_selector(web("ReplicaSet", "other/v1")) == labels({{"app", "web"}}));
  CHECK(all.default_selector(web("ReplicationController")) == labels({{"app", "web"}}));
  CHECK(all.default_selector(web("Job", "batch/v1")) == labels({{"app", "web"}}));
}

TEST_CASE("default selector: the selector of a workload that does not parse adds nothing") {
  workload_selectors all;
  k8s::label_selector broken = labels({{"app", "web"}});
  broken.match_expressions.push_back({"a", k8s::selector_operator::in, {}});
  all.set(selecting_kind::replica_set, {"default", "owner"}, broken);
  CHECK(all.default_selector(web("ReplicaSet")).empty());
}

TEST_CASE("default selector: the generation of a namespace moves on with its changes, and with no other") {
  workload_selectors all;
  const std::uint64_t none = all.generation("default");
  all.set(selecting_kind::service, {"default", "a"}, labels({{"app", "web"}}));
  const std::uint64_t one = all.generation("default");
  CHECK(one != none);
  all.set(selecting_kind::service, {"default", "a"}, labels({{"app", "web"}}));
  all.set(selecting_kind::service, {"other", "a"}, labels({{"app", "web"}}));
  all.remove(selecting_kind::service, {"default", "unknown"});
  CHECK(all.generation("default") == one);
  all.set(selecting_kind::service, {"default", "a"}, std::nullopt);
  const std::uint64_t two = all.generation("default");
  CHECK(two != one);
  all.remove(selecting_kind::service, {"default", "a"});
  all.set(selecting_kind::service, {"default", "a"}, labels({{"app", "web"}}));
  CHECK(all.generation("default") != one);
  CHECK(all.generation("default") != two);
}
