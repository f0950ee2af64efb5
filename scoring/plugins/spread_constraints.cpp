#include "scoring/plugins/spread_constraints.hpp"

#include "k8s/api/selector_faults.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace berth::scoring {

namespace {

constexpr std::int64_t max_int32 = std::numeric_limits<std::int32_t>::max();

// The selector of a default constraint comes from the workload, so it may have none of its own.
k8s::topology_spread_constraint read_constraint(arguments& a) {
  k8s::topology_spread_constraint c;
  if (!a.has("maxSkew")) a.fail("maxSkew", "is required");
  c.max_skew = static_cast<std::int32_t>(*a.integer("maxSkew", 1, max_int32));
  c.topology_key = a.text_or("topologyKey", "");
  if (c.topology_key.empty()) a.fail("topologyKey", "is required");
  if (!is_qualified_name(c.topology_key)) a.fail("topologyKey", "\"" + c.topology_key + "\" is not a label key");
  if (!a.has("whenUnsatisfiable")) a.fail("whenUnsatisfiable", "is required");
  c.do_not_schedule = a.choice_or("whenUnsatisfiable", "", {"DoNotSchedule", "ScheduleAnyway"}) == "DoNotSchedule";
  if (a.has("labelSelector"))
    a.fail("labelSelector", "constraint must not define a selector, as they deduced for each pod");
  c.min_domains = static_cast<std::int32_t>(a.integer_or("minDomains", 1, 1, max_int32));
  c.honor_node_affinity = a.choice_or("nodeAffinityPolicy", "Honor", {"Honor", "Ignore"}) == "Honor";
  c.honor_node_taints = a.choice_or("nodeTaintsPolicy", "Ignore", {"Honor", "Ignore"}) == "Honor";
  c.match_label_keys = a.texts("matchLabelKeys").value_or(std::vector<std::string>());
  a.raw("labelSelector");
  a.finish();
  return c;
}

// Upstream: systemDefaultConstraints.
std::vector<k8s::topology_spread_constraint> system_constraints() {
  k8s::topology_spread_constraint host;
  host.topology_key = "kubernetes.io/hostname";
  host.max_skew = 3;
  host.do_not_schedule = false;
  k8s::topology_spread_constraint zone;
  zone.topology_key = "topology.kubernetes.io/zone";
  zone.max_skew = 5;
  zone.do_not_schedule = false;
  return {host, zone};
}

// Pods that agree with this one in these labels. Without a selector there are still none.
void add_match_label_keys(k8s::topology_spread_constraint& c, const k8s::string_map& labels) {
  if (!c.selector) return;
  for (const std::string& key : c.match_label_keys)
    if (const std::string* value = labels.find(key))
      c.selector->match_expressions.push_back({key, k8s::selector_operator::in, {*value}});
}

}  // namespace

spread_defaults::spread_defaults(arguments& args) {
  std::set<std::pair<std::string, bool>> seen;
  for (arguments& one : args.list("defaultConstraints")) {
    k8s::topology_spread_constraint c = read_constraint(one);
    if (!seen.insert({c.topology_key, c.do_not_schedule}).second)
      throw configuration_error(one.path(), "duplicate {" + c.topology_key + ", " +
                                                (c.do_not_schedule ? "DoNotSchedule" : "ScheduleAnyway") + "}");
    constraints.push_back(std::move(c));
  }
  system = args.choice_or("defaultingType", "System", {"System", "List"}) == "System";
  if (!system) return;
  if (!constraints.empty()) args.fail("defaultingType", "must be List when defaultConstraints are not empty");
  constraints = system_constraints();
}

bool spread_defaults::any_hard() const noexcept {
  return std::any_of(constraints.begin(), constraints.end(), [](const auto& c) { return c.do_not_schedule; });
}

spread_constraints constraints_of(const k8s::pod_spec& pod, bool hard, const spread_defaults& defaults,
                                  const workload_selectors* workloads) {
  spread_constraints made;
  const bool own = !pod.spread_constraints.empty();
  for (const k8s::topology_spread_constraint& c : own ? pod.spread_constraints : defaults.constraints) {
    if (c.do_not_schedule != hard) continue;
    if (c.selector && !c.selector->valid()) {
      made.fault = k8s::parse_fault(*c.selector);
      made.list.clear();
      return made;
    }
    made.list.push_back(c);
    add_match_label_keys(made.list.back(), pod.labels);
  }
  if (own || made.list.empty()) return made;
  const k8s::label_selector selector = workloads != nullptr ? workloads->default_selector(pod) : k8s::label_selector();
  if (selector.empty()) {
    made.list.clear();
    return made;
  }
  for (k8s::topology_spread_constraint& c : made.list) c.selector = selector;
  return made;
}

}  // namespace berth::scoring
