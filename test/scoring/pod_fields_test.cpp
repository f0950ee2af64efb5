#include "scoring/pod_fields.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <utility>
#include <vector>

using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

struct change {
  std::uint32_t field;  // 0: no plugin reads it
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
    {0, [](make_pod& p) { p.limit("cpu", "2"); }},
    {0,
     [](make_pod& p) {
       p.pod_level_limits({{"cpu", "2"}});
     }},
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

TEST_CASE("pod fields: specs that differ in anything differ in their hash, so that nobody can make many of one") {
  const auto affinity = [](auto&& change) {
    return [change](make_pod& p) {
      k8s::pod_spec spec = p.needs_pod_with("app", "a", "zone").spec();
      change(spec.pod_affinity_rules->required.front());
      return spec;
    };
  };
  const auto spread = [](auto&& change) {
    return [change](make_pod& p) {
      k8s::topology_spread_constraint c;
      change(c);
      return p.spread(c).spec();
    };
  };
  const auto tolerates = [](k8s::toleration t) { return [t](make_pod& p) { return p.tolerates(t).spec(); }; };
  using k8s::taint_effect;
  using k8s::toleration_operator;
  std::vector<std::function<k8s::pod_spec(make_pod&)>> specs{
      [](make_pod& p) { return p.spec(); },
      [](make_pod& p) { return p.cpu("1000000001n").spec(); },
      [](make_pod& p) { return p.cpu("1000000002n").spec(); },
      [](make_pod& p) { return p.with(make_container("a")).spec(); },
      [](make_pod& p) { return p.with(make_container("b")).spec(); },
      [](make_pod& p) { return p.with_init(make_container("a")).spec(); },
      [](make_pod& p) { return p.host_port(80).spec(); },
      [](make_pod& p) { return p.host_port(80, "TCP", "10.0.0.1").spec(); },
      [](make_pod& p) { return p.host_port(80, "TCP", "10.0.0.2").spec(); },
      [](make_pod& p) { return p.volume(k8s::volume_kind::claim, "a").spec(); },
      [](make_pod& p) { return p.volume(k8s::volume_kind::ephemeral, "a").spec(); },
      tolerates({"k", toleration_operator::equal, "", taint_effect::any}),
      tolerates({"k", toleration_operator::exists, "", taint_effect::any}),
      tolerates({"k", toleration_operator::exists, "", taint_effect::no_execute}),
      affinity([](k8s::pod_affinity_term&) {}),
      affinity([](k8s::pod_affinity_term& t) { t.namespaces = {"a"}; }),
      affinity([](k8s::pod_affinity_term& t) { t.namespaces = {"b"}; }),
      affinity([](k8s::pod_affinity_term& t) { t.namespace_selector.emplace(); }),
      affinity([](k8s::pod_affinity_term& t) { t.match_label_keys = {"a"}; }),
      affinity([](k8s::pod_affinity_term& t) { t.mismatch_label_keys = {"a"}; }),
      spread([](k8s::topology_spread_constraint&) {}),
      spread([](k8s::topology_spread_constraint& c) { c.min_domains = 7; }),
      spread([](k8s::topology_spread_constraint& c) { c.honor_node_taints = true; }),
      spread([](k8s::topology_spread_constraint& c) { c.do_not_schedule = false; }),
      spread([](k8s::topology_spread_constraint& c) { c.match_label_keys = {"a"}; }),
  };
  for (const change& c : changes)
    specs.push_back([&c](make_pod& p) {
      c.apply(p);
      return p.spec();
    });
  std::vector<std::pair<std::size_t, k8s::pod_spec>> seen;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    CAPTURE(i);
    make_pod pod = original();
    const k8s::pod_spec spec = specs[i](pod);
    for (const auto& [hash, other] : seen) REQUIRE((hash == hash_of(spec)) == (other == spec));
    seen.emplace_back(hash_of(spec), spec);
  }
}
