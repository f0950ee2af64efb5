#include "scoring/pod_fields.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

struct change {
  std::uint32_t field;
  std::function<void(make_pod&)> apply;
};

const change changes[] = {
    {pod_requests, [](make_pod& p) { p.cpu("2"); }},
    {pod_requests,
     [](make_pod& p) {
       p.overhead({{"cpu", "1m"}});
     }},
    {pod_requests,
     [](make_pod& p) {
       p.pod_level({{"cpu", "1m"}});
     }},
    {pod_requests, [](make_pod& p) { p.with_init(make_container("i")); }},
    {pod_node_rules, [](make_pod& p) { p.node_selector("zone", "a"); }},
    {pod_node_rules, [](make_pod& p) { p.needs_node({"n1"}); }},
    {pod_node_rules, [](make_pod& p) { p.prefers_node_with(1, "zone", {"a"}); }},
    {pod_node_rules, [](make_pod& p) { p.on("n1"); }},
    {pod_tolerations, [](make_pod& p) { p.tolerates_all(); }},
    {pod_host_ports, [](make_pod& p) { p.host_port(80); }},
    {pod_images, [](make_pod& p) { p.image("other"); }},
    {pod_images | pod_volumes, [](make_pod& p) { p.volume(k8s::volume_kind::image, "other"); }},
    {pod_labels, [](make_pod& p) { p.label("app", "other"); }},
    {pod_affinity_rules, [](make_pod& p) { p.needs_pod_with("app", "a", "zone"); }},
    {pod_affinity_rules, [](make_pod& p) { p.avoids_pod_with("app", "a", "zone"); }},
    {pod_spread_rules, [](make_pod& p) { p.spread({}); }},
    {pod_volumes, [](make_pod& p) { p.volume(k8s::volume_kind::claim, "data"); }},
    {pod_volumes, [](make_pod& p) { p.resource_claim(); }},
    {pod_priority, [](make_pod& p) { p.priority(7); }},
    {pod_priority, [](make_pod& p) { p.never_preempts(); }},
    {pod_owner, [](make_pod& p) { p.owner("ReplicaSet", "web"); }},
};

make_pod original() { return make_pod("p").cpu("1").label("app", "a").image("nginx"); }

}  // namespace

TEST_CASE("pod fields: a change is seen by who reads its field, and by nobody else") {
  const k8s::pod before = original();
  for (const change& c : changes) {
    make_pod builder = original();
    c.apply(builder);
    const k8s::pod after = builder;
    // An init container has requests, ports and an image, if only none and its own.
    const bool container = after.spec->init_containers.size() != before.spec->init_containers.size();
    const std::uint32_t seen_by = c.field | (container ? pod_host_ports | pod_images : 0u);
    for (std::uint32_t field = 1; field < pod_everything; field <<= 1) {
      if (field == pod_identity) continue;
      CAPTURE(field);
      CAPTURE(&c - changes);
      CHECK(equal_in(before, after, field) == ((seen_by & field) == 0));
      if (equal_in(before, after, field)) CHECK(hash_of(before, field) == hash_of(after, field));
    }
  }
}

TEST_CASE("pod fields: the namespace is a field of its own") {
  const k8s::pod a = make_pod("p", "one");
  const k8s::pod b = make_pod("p", "two");
  CHECK_FALSE(equal_in(a, b, pod_namespace));
  CHECK(equal_in(a, b, pod_labels | pod_requests));
}

TEST_CASE("pod fields: pods of one workload agree in all but their identity") {
  const k8s::pod a = original().uid("1");
  const k8s::pod b = original().uid("2");
  CHECK(equal_in(a, b, pod_spec_fields));
  CHECK(hash_of(a, pod_spec_fields) == hash_of(b, pod_spec_fields));
  CHECK_FALSE(equal_in(a, b, pod_everything));
  CHECK(equal_in(a, a, pod_everything));
}

TEST_CASE("pod fields: image volumes are compared in order, whatever lies between") {
  const k8s::pod a = make_pod("p").volume(k8s::volume_kind::image, "x").volume(k8s::volume_kind::claim, "c");
  const k8s::pod b = make_pod("p").volume(k8s::volume_kind::claim, "d").volume(k8s::volume_kind::image, "x");
  const k8s::pod c = make_pod("p").volume(k8s::volume_kind::image, "y");
  CHECK(equal_in(a, b, pod_images));
  CHECK_FALSE(equal_in(a, c, pod_images));
  CHECK_FALSE(equal_in(a, make_pod("p"), pod_images));
}
