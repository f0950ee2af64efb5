#include "controller/cluster/selector_stores.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;

namespace {

template <class Object>
std::shared_ptr<const Object> selecting(std::string name, std::string value) {
  k8s::label_selector selector;
  selector.match_labels.set("app", std::move(value));
  return std::make_shared<const Object>(Object{{{"default", std::move(name)}, "1", std::move(selector)}});
}

struct fixture {
  scoring::workload_selectors known;
  int told = 0;
  selector_stores stores{known, [this] { ++told; }};

  bool spreads(std::string app) const {
    const k8s::pod_spec pod = test::make_pod("p").label("app", std::move(app)).spec();
    return !known.default_selector(pod).empty();
  }
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "selectors: they are in sync when all four kinds were listed, and each says so") {
  stores.services.replaced({});
  stores.replication_controllers.replaced({});
  stores.replica_sets.replaced({});
  CHECK_FALSE(stores.synced());
  stores.stateful_sets.replaced({});
  CHECK(stores.synced());
  CHECK(told == 4);
}

TEST_CASE_FIXTURE(fixture, "selectors: what the watch shows counts, what it no longer shows does not") {
  stores.services.applied(selecting<k8s::label_selecting>("a", "web"));
  CHECK(spreads("web"));
  stores.services.applied(selecting<k8s::label_selecting>("a", "db"));
  CHECK_FALSE(spreads("web"));
  CHECK(spreads("db"));
  stores.services.replaced({selecting<k8s::label_selecting>("b", "web")});
  CHECK(spreads("web"));
  CHECK_FALSE(spreads("db"));
  stores.services.removed(selecting<k8s::label_selecting>("b", "web"));
  CHECK_FALSE(spreads("web"));
  stores.services.removed(selecting<k8s::label_selecting>("unknown", "web"));
}
