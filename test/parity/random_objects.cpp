#include "test/parity/random_objects.hpp"

#include <utility>
#include <vector>

namespace berth::test {

namespace {

using op = k8s::selector_operator;

k8s::quantity amount(const char* text) { return k8s::quantity::parse(text).value(); }

std::string zone_or_host(dice& d) {
  return d.pick({"topology.kubernetes.io/zone", "kubernetes.io/hostname", "rack", "topology.kubernetes.io/zone"});
}

k8s::resource_list requests(dice& d) {
  k8s::resource_list r;
  if (!d.one_in(4)) r.set("cpu", amount(d.pick({"0", "100m", "500m", "1", "1500m"})));
  if (!d.one_in(3)) r.set("memory", amount(d.pick({"64Mi", "1Gi", "3Gi"})));
  if (d.one_in(8)) r.set("example.com/gpu", amount(d.pick({"0", "1", "2"})));
  if (d.one_in(8)) r.set("ephemeral-storage", amount(d.pick({"1Gi", "5Gi"})));
  return r;
}

k8s::container random_container(dice& d) {
  k8s::container c;
  c.name = "c" + std::to_string(d.below(3));
  c.image = d.pick({"nginx", "big:1", "registry/app:2"});
  c.requests = requests(d);
  if (d.one_in(6)) c.host_ports.push_back({d.pick({"", "", "10.0.0.1"}), d.pick({"TCP", "UDP"}), d.pick({80, 81})});
  return c;
}

k8s::pod_affinity_term affinity_term(dice& d) {
  k8s::pod_affinity_term t;
  if (!d.one_in(15)) t.selector = random_selector(d);
  if (d.one_in(4)) t.namespaces = {d.pick({"default", "other"})};
  if (d.one_in(2)) {
    t.namespace_selector.emplace();
    if (!d.one_in(3)) t.namespace_selector->match_labels = random_labels(d);
  }
  t.topology_key = zone_or_host(d);
  return t;
}

k8s::pod_affinity random_affinity(dice& d) {
  k8s::pod_affinity a;
  for (unsigned n = d.below(3); n > 0; --n) a.required.push_back(affinity_term(d));
  for (unsigned n = d.below(3); n > 0; --n) a.preferred.push_back({d.pick({1, 10, 100}), affinity_term(d)});
  return a;
}

k8s::topology_spread_constraint random_constraint(dice& d) {
  k8s::topology_spread_constraint c;
  c.max_skew = d.pick({1, 1, 2});
  c.topology_key = zone_or_host(d);
  c.do_not_schedule = d.one_in(2);
  if (!d.one_in(8)) c.selector = d.one_in(8) ? k8s::label_selector{} : random_selector(d);
  if (d.one_in(2)) c.min_domains = d.pick({2, 3, 4, 6});
  c.honor_node_affinity = !d.one_in(3);
  c.honor_node_taints = d.one_in(3);
  if (d.one_in(4)) c.match_label_keys = {d.pick({"tier", "absent"})};
  return c;
}

k8s::selector_requirement node_requirement(dice& d) {
  switch (d.below(5)) {
    case 0:
      return {"rack", op::exists, {}};
    case 1:
      return {"size", op::gt, {d.pick({"1", "2", "1", "2", "1.5"})}};
    case 2:
      return {"topology.kubernetes.io/zone", op::not_in, {d.pick({"z1", "z2", "no label!"})}};
    default:
      return {"topology.kubernetes.io/zone", op::in, {"z0", d.pick({"z1", "z2"})}};
  }
}

k8s::node_affinity random_node_affinity(dice& d) {
  k8s::node_affinity a;
  if (d.one_in(2)) {
    a.required.emplace();
    for (unsigned n = 1 + d.below(2); n > 0; --n) {
      k8s::node_selector_term t;
      if (!d.one_in(4)) t.match_expressions.push_back(node_requirement(d));
      if (d.one_in(4)) t.match_fields.push_back({"metadata.name", op::in, {d.pick({"n0", "n1", "n2"})}});
      a.required->terms.push_back(std::move(t));
    }
  }
  for (unsigned n = d.below(3); n > 0; --n) a.preferred.push_back({d.pick({1, 50}), {{node_requirement(d)}, {}}});
  return a;
}

k8s::toleration random_toleration(dice& d) {
  using k8s::taint_effect;
  const bool exists = d.one_in(2);
  return {d.pick({"dedicated", "flaky", "node.kubernetes.io/unschedulable"}),
          exists ? k8s::toleration_operator::exists : k8s::toleration_operator::equal, exists ? "" : "a",
          d.pick({taint_effect::any, taint_effect::no_schedule, taint_effect::prefer_no_schedule})};
}

}  // namespace

k8s::string_map random_labels(dice& d) {
  k8s::string_map labels;
  if (!d.one_in(8)) labels.set("app", d.pick({"a", "b", "c"}));
  if (d.one_in(2)) labels.set("tier", d.pick({"x", "y"}));
  return labels;
}

k8s::label_selector random_selector(dice& d) {
  k8s::label_selector s;
  if (!d.one_in(4)) s.match_labels.set("app", d.pick({"a", "b", "c"}));
  if (d.one_in(4)) s.match_expressions.push_back({"tier", d.pick({op::exists, op::does_not_exist}), {}});
  if (d.one_in(6)) s.match_expressions.push_back({"app", d.pick({op::in, op::not_in}), {"a", "b"}});
  if (d.one_in(40)) s.match_expressions.push_back({"app", op::not_in, {"no label!"}});  // neither does this
  if (d.one_in(35)) s.match_expressions.push_back({"app", op::in, {}});                 // does not parse
  return s;
}

std::shared_ptr<const k8s::pod_spec> random_workload(dice& d) {
  // Most workloads have rules of one kind, so that no other kind decides before them.
  enum kind : unsigned { spread, affinity, node_rules, storage, many_amounts, mixed, kinds };
  const unsigned most = d.below(kinds);
  const auto wants = [&](kind k, unsigned in) { return most == mixed ? d.one_in(in) : most == k && !d.one_in(4); };
  k8s::pod_spec s;
  s.namespace_ = d.pick({"default", "default", "other", "unknown"});
  s.scheduler_name = "default-scheduler";
  s.labels = random_labels(d);
  s.priority = d.pick({0, 0, 5, 10});
  s.may_preempt = !d.one_in(8);
  for (unsigned n = 1 + d.below(2); n > 0; --n) s.containers.push_back(random_container(d));
  if (wants(many_amounts, 6)) {
    s.init_containers.push_back(random_container(d));
    s.init_containers.back().sidecar = d.one_in(2);
  }
  if (wants(many_amounts, 10)) s.overhead.set("cpu", amount("250m"));
  if (wants(many_amounts, 10)) s.pod_requests.set("cpu", amount("2"));
  if (wants(node_rules, 12)) s.needed_features = d.pick<k8s::declared_features>({1, 2, 6});
  for (unsigned n = wants(storage, 4) ? 1 + d.below(2) : 0; n > 0; --n) s.volumes.push_back(random_mount(d));
  if (d.one_in(8)) s.node_selector.set("topology.kubernetes.io/zone", d.pick({"z0", "z1"}));
  if (wants(node_rules, 4) || (most == spread && d.one_in(2))) s.affinity = random_node_affinity(d);
  if (wants(affinity, 5)) s.pod_affinity_rules = random_affinity(d);
  if (wants(affinity, 4)) s.pod_anti_affinity_rules = random_affinity(d);
  for (unsigned n = wants(node_rules, 2) ? d.below(3) : 0; n > 0; --n) s.tolerations.push_back(random_toleration(d));
  for (unsigned n = wants(spread, 3) ? 1 + d.below(2) : 0; n > 0; --n)
    s.spread_constraints.push_back(random_constraint(d));
  if (d.one_in(3)) s.owner = {"apps/v1", d.pick({"ReplicaSet", "StatefulSet"}), d.pick({"w0", "w1"}), "uid-of-owner"};
  if (d.one_in(8)) s.owner = {"v1", "ReplicationController", "w0", "uid-of-owner"};
  return std::make_shared<const k8s::pod_spec>(std::move(s));
}

k8s::node random_node(const std::string& name, dice& d) {
  k8s::node n;
  n.name = name;
  n.uid = "node-" + name;
  n.resource_version = "1";
  if (!d.one_in(8)) n.labels.set("kubernetes.io/hostname", d.one_in(10) ? "shared" : name);
  if (!d.one_in(6)) n.labels.set("topology.kubernetes.io/zone", d.pick({"z0", "z1", "z2", "z0", "z1", ""}));
  if (d.one_in(2)) n.labels.set("rack", d.pick({"r0", "r1"}));
  if (d.one_in(2)) n.labels.set("size", d.pick({"1", "2", "3"}));
  n.unschedulable = d.one_in(10);
  using k8s::taint_effect;
  for (unsigned i = d.one_in(3) ? d.below(3) : 0; i > 0; --i)
    n.taints.push_back({d.pick({"dedicated", "flaky"}), d.pick({"a", "b"}),
                        d.pick({taint_effect::no_schedule, taint_effect::prefer_no_schedule,
                                taint_effect::prefer_no_schedule, taint_effect::no_execute})});
  n.allocatable.set("cpu", amount(d.pick({"2", "4", "16"})));
  if (!d.one_in(15)) n.allocatable.set("memory", amount(d.pick({"4Gi", "16Gi"})));
  n.allocatable.set("pods", amount(d.pick({"3", "6", "110"})));
  n.allocatable.set("ephemeral-storage", amount("10Gi"));
  if (d.one_in(3)) n.allocatable.set("example.com/gpu", amount(d.pick({"1", "4"})));
  n.declared_features = d.pick<k8s::declared_features>({0, 1, 3, 7});
  if (d.one_in(2)) n.images.push_back({{"nginx:latest"}, 200 << 20});
  if (d.one_in(2)) n.images.push_back({{"big:1", "also/big:1"}, 900 << 20});
  return n;
}

}  // namespace berth::test
