#include "k8s/api/selector_faults.hpp"
#include "scoring/explain/rule_shortfalls.hpp"
#include "scoring/remedies/remedy_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

/// Rules that the pod might have or lack: one toleration more; one selector, affinity term, host port or volume less.
namespace berth::scoring {

namespace {

std::string selector_text(const std::optional<k8s::label_selector>& selector) {
  if (!selector) return "no pod";
  std::vector<std::string> parts;
  for (const auto& [key, value] : selector->match_labels) parts.push_back(key + "=" + value);
  for (const k8s::selector_requirement& r : selector->match_expressions) parts.push_back(requirement_text(r));
  if (parts.size() > 3) parts.resize(3);
  return parts.empty() ? "every pod" : fmt::format("{}", fmt::join(parts, ","));
}

// A person may set it; the cloud, the kubelet or the control plane sets what is under these names, but for those that
// are made for people.
bool is_for_people(std::string_view label) {
  const auto slash = label.find('/');
  if (slash == label.npos) return true;
  const std::string_view domain = label.substr(0, slash);
  if (domain == "node-role.kubernetes.io" || domain == "node-restriction.kubernetes.io") return true;
  return domain != "kubernetes.io" && !domain.ends_with(".kubernetes.io") && !domain.ends_with(".k8s.io");
}

// A zone is told by the cloud, or, without one, by a person: so it is only ever added.
bool is_of_topology(std::string_view label) { return label.starts_with("topology.kubernetes.io/"); }

// One that the API server takes.
std::optional<std::string> value_for(const k8s::selector_requirement& r) {
  if (!k8s::label_key_fault(r.key).empty()) return std::nullopt;
  if (r.op == k8s::selector_operator::exists) return "true";
  if (r.op != k8s::selector_operator::in) return std::nullopt;
  for (const std::string& value : r.values)
    if (k8s::label_value_fault(value).empty()) return value;
  return std::nullopt;
}

node_id first_by_name(const cluster& nodes, const node_set& of) {
  node_id first = no_node;
  of.for_each([&](node_id n) {
    if (first == no_node || nodes.node(n).name < nodes.node(first).name) first = n;
  });
  return first;
}

class rules {
 public:
  explicit rules(remedy_search& search) : search_(search), spec_(search.pod().spec()) {}

  void tolerations();
  void node_selector();
  void node_affinity();
  void host_ports();
  void pod_terms();
  void volumes();
  std::vector<wanted_label> labels() { return std::move(labels_); }

 private:
  node_set try_spec(std::string change, std::string text, k8s::pod_spec changed,
                    remedy::effort how_much = remedy::effort::pod_rule) {
    node_set on = search_.fits(with_spec(search_.pod(), std::move(changed)));
    search_.add({.change = std::move(change), .text = std::move(text), .how_much = how_much}, on);
    return on;
  }
  void remember_label(const k8s::selector_requirement& rule, const node_set& on) {
    const auto value = value_for(rule);
    if (!value) return;
    node_set candidates = on;
    if (is_of_topology(rule.key))
      on.for_each([&](node_id n) {
        if (search_.nodes().node(n).labels.contains(rule.key)) candidates.erase(n);
      });
    else if (!is_for_people(rule.key))
      return;
    if (!candidates.empty()) labels_.push_back({rule.key, *value, first_by_name(search_.nodes(), candidates)});
  }
  void ports_of(std::vector<k8s::container> k8s::pod_spec::*containers);
  void terms_of(const char* change, const char* what, std::optional<k8s::pod_affinity> k8s::pod_spec::*which);

  remedy_search& search_;
  const k8s::pod_spec& spec_;
  std::vector<wanted_label> labels_;
};

void rules::tolerations() {
  std::vector<k8s::taint> taints;
  for (cluster::taint_set_id s = 0; s < search_.nodes().taint_set_count(); ++s)
    for (const k8s::taint& t : search_.nodes().taints(s)) {
      const bool hard = t.effect == k8s::taint_effect::no_schedule || t.effect == k8s::taint_effect::no_execute;
      if (!hard || is_condition(t) || is_leaving(t) || k8s::tolerates(spec_.tolerations, t)) continue;
      if (std::find(taints.begin(), taints.end(), t) == taints.end()) taints.push_back(t);
      if (taints.size() == most_of_a_kind) break;
    }
  for (const k8s::taint& t : taints) {
    k8s::pod_spec changed = spec_;
    changed.tolerations.push_back({t.key, k8s::toleration_operator::equal, t.value, t.effect});
    try_spec("tolerate", "tolerate the taint " + taint_text(t), std::move(changed));
  }
}

void rules::node_selector() {
  std::size_t tried = 0;
  for (const auto& [key, value] : spec_.node_selector) {
    if (tried++ == most_of_a_kind) break;
    k8s::pod_spec changed = spec_;
    changed.node_selector.erase(key);
    const node_set on =
        try_spec("drop-node-selector", fmt::format("drop {}={} from its nodeSelector", key, value), std::move(changed));
    remember_label({key, k8s::selector_operator::in, {value}}, on);
  }
}

void rules::node_affinity() {
  if (!spec_.affinity || !spec_.affinity->required) return;
  // The pods of a DaemonSet are each for the node that matchFields names.
  const bool for_one_node = spec_.owner && spec_.owner->kind == "DaemonSet";
  const std::vector<k8s::node_selector_term>& terms = spec_.affinity->required->terms;
  const std::size_t in_term = terms.size() == 1 ? terms.front().match_expressions.size() : 0;
  if (!for_one_node) {
    k8s::pod_spec changed = spec_;
    changed.affinity->required.reset();
    const bool one = in_term == 1 && terms.front().match_fields.empty();
    const node_set on = try_spec("drop-node-affinity",
                                 one ? fmt::format("drop {} from its required nodeAffinity",
                                                   requirement_text(terms.front().match_expressions.front()))
                                     : std::string("drop its required nodeAffinity"),
                                 std::move(changed));
    if (one) remember_label(terms.front().match_expressions.front(), on);
    if (one) return;
  }
  for (std::size_t i = 0; i < in_term && i < most_of_a_kind; ++i) {
    k8s::pod_spec changed = spec_;
    auto& expressions = changed.affinity->required->terms.front().match_expressions;
    const k8s::selector_requirement rule = expressions[i];
    expressions.erase(expressions.begin() + static_cast<std::ptrdiff_t>(i));
    if (expressions.empty() && changed.affinity->required->terms.front().match_fields.empty()) return;
    const node_set on =
        try_spec("drop-node-affinity", fmt::format("drop {} from its required nodeAffinity", requirement_text(rule)),
                 std::move(changed));
    remember_label(rule, on);
  }
}

void rules::ports_of(std::vector<k8s::container> k8s::pod_spec::*containers) {
  std::size_t tried = 0;
  for (std::size_t c = 0; c < (spec_.*containers).size(); ++c) {
    const std::vector<k8s::host_port>& ports = (spec_.*containers)[c].host_ports;
    for (std::size_t p = 0; p < ports.size(); ++p) {
      if (tried++ == most_of_a_kind) return;
      k8s::pod_spec changed = spec_;
      auto& left = (changed.*containers)[c].host_ports;
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(p));
      try_spec(
          "drop-host-port",
          fmt::format("drop host port {}/{}", ports[p].port, ports[p].protocol.empty() ? "TCP" : ports[p].protocol),
          std::move(changed));
    }
  }
}

void rules::host_ports() {
  ports_of(&k8s::pod_spec::containers);
  ports_of(&k8s::pod_spec::init_containers);
}

void rules::terms_of(const char* change, const char* what, std::optional<k8s::pod_affinity> k8s::pod_spec::*which) {
  if (!(spec_.*which)) return;
  const std::vector<k8s::pod_affinity_term>& terms = (spec_.*which)->required;
  for (std::size_t i = 0; i < terms.size() && i < most_of_a_kind; ++i) {
    k8s::pod_spec changed = spec_;
    auto& left = (changed.*which)->required;
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
    try_spec(change,
             fmt::format("drop its {} {} per {}", what, selector_text(terms[i].selector), terms[i].topology_key),
             std::move(changed));
  }
}

void rules::pod_terms() {
  terms_of("drop-pod-affinity", "podAffinity to", &k8s::pod_spec::pod_affinity_rules);
  terms_of("drop-pod-anti-affinity", "podAntiAffinity to", &k8s::pod_spec::pod_anti_affinity_rules);
}

void rules::volumes() {
  for (std::size_t i = 0; i < spec_.volumes.size() && i < most_of_a_kind; ++i) {
    const k8s::volume& v = spec_.volumes[i];
    if (v.kind == k8s::volume_kind::other || v.kind == k8s::volume_kind::image) continue;
    // One that is not there can be made: that is told instead.
    if (claim_of(search_.pod(), v) && search_.nodes().storage().claim(*claim_of(search_.pod(), v)) == nullptr) continue;
    k8s::pod_spec changed = spec_;
    changed.volumes.erase(changed.volumes.begin() + static_cast<std::ptrdiff_t>(i));
    std::string what = v.name;
    if (v.kind == k8s::volume_kind::claim) what += " (claim " + v.reference + ")";
    try_spec("drop-volume", "do without its volume " + what, std::move(changed), remedy::effort::large);
  }
}

}  // namespace

std::string taint_text(const k8s::taint& t) {
  const char* hard = t.effect == k8s::taint_effect::no_execute ? "NoExecute" : "NoSchedule";
  return fmt::format("{}{}{}:{}", t.key, t.value.empty() ? "" : "=", t.value, hard);
}

bool is_condition(const k8s::taint& t) {
  // The last two are set until a node's agent runs: Cilium's, CSI drivers', Karpenter's.
  return t.key.starts_with("node.kubernetes.io/") || t.key.starts_with("node.cloudprovider.kubernetes.io/") ||
         t.key.ends_with("/agent-not-ready") || t.key == "karpenter.sh/unregistered";
}

bool is_leaving(const k8s::taint& t) {
  return t.key == "ToBeDeletedByClusterAutoscaler" || t.key == "DeletionCandidateOfClusterAutoscaler" ||
         t.key == "karpenter.sh/disrupted" || t.key == "karpenter.sh/disruption" ||
         t.key == "cloud.google.com/impending-node-termination" || t.key.starts_with("aws-node-termination-handler/");
}

std::vector<wanted_label> try_other_rules(remedy_search& search) {
  rules all(search);
  all.tolerations();
  all.node_selector();
  all.node_affinity();
  all.host_ports();
  all.pod_terms();
  all.volumes();
  return all.labels();
}

}  // namespace berth::scoring
