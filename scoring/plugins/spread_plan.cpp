#include "scoring/plugins/spread_plan.hpp"

#include "scoring/topology/content_key.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

constexpr std::string_view hostname = "kubernetes.io/hostname";

using rule = k8s::topology_spread_constraint;

// 1 for a pod of the namespace that the selector matches. An empty selector counts nobody, though it matches everybody:
// upstream's countPodsMatchSelector.
class selected_pods final : public weigher {
 public:
  selected_pods(std::string of, std::optional<k8s::label_selector> selector)
      : namespace_(std::move(of)), selector_(std::move(selector)) {}

  pod_weight weigh(const k8s::pod_spec& placed) const override {
    const bool counts =
        selector_ && !selector_->empty() && placed.namespace_ == namespace_ && selector_->matches(placed.labels);
    return counts ? pod_weight{1, 1} : pod_weight{};
  }
  std::string identity() const override { return content_key().add("selected").add(namespace_).add(selector_).take(); }
  asked asks() const override {
    if (!selector_) return {};
    for (const auto& pair : selector_->match_labels) return {asked::about::pods_with_label, pair};
    for (const k8s::selector_requirement& r : selector_->match_expressions)
      if (r.op == k8s::selector_operator::in && r.values.size() == 1)
        return {asked::about::pods_with_label, {r.key, r.values.front()}};
    return {};
  }

 private:
  std::string namespace_;
  std::optional<k8s::label_selector> selector_;
};

// A node counts only where it has all the keys. Where no node has one of them, nothing is counted anywhere, and that
// one refuses every node (or leaves it without a score): it stands for all, which can be tens of thousands.
void keep_what_decides(std::vector<rule>& list, const cluster& nodes) {
  const auto& index = nodes.part<pod_tallies>();
  const auto nowhere =
      std::find_if(list.begin(), list.end(), [&](const rule& c) { return !index.is_node_label(c.topology_key); });
  if (nowhere != list.end()) list = std::vector<rule>{*nowhere};
}

std::vector<std::string> keys_of(const std::vector<rule>& list) {
  std::vector<std::string> keys;
  for (const rule& c : list) keys.push_back(c.topology_key);
  return keys;
}

std::shared_ptr<const tally> count(const rule& c, const pod_info& pod, const cluster& nodes, topology_key key,
                                   scope_rules where) {
  tally_wish wish;
  wish.key = std::move(key);
  wish.where = std::move(where);
  wish.terminating = false;
  wish.what = std::make_shared<const selected_pods>(pod.spec().namespace_, c.selector);
  return nodes.part<pod_tallies>().find(nodes, std::move(wish));
}

scope_rules scope_of(const rule& c, const pod_info& pod, std::vector<std::string> keys) {
  return {std::move(keys), c.honor_node_affinity ? pod.pod->spec : nullptr,
          c.honor_node_taints ? pod.pod->spec : nullptr};
}

}  // namespace

hard_spread::hard_spread(const pod_info& pod, const cluster& nodes, const spread_defaults& defaults) {
  spread_constraints found = constraints_of(pod.spec(), true, defaults, &nodes.workload_selectors());
  fault = std::move(found.fault);
  keep_what_decides(found.list, nodes);
  const std::vector<std::string> keys = keys_of(found.list);
  for (rule& c : found.list) {
    auto placed = count(c, pod, nodes, {c.topology_key, topology_key::by::label}, scope_of(c, pod, keys));
    const bool self_matches = c.selector && c.selector->matches(pod.spec().labels);
    constraints.push_back({std::move(c), self_matches, std::move(placed)});
  }
}

soft_spread::soft_spread(const pod_info& pod, const cluster& nodes, const spread_defaults& defaults)
    : all_keys(!pod.spec().spread_constraints.empty() || !defaults.system) {
  spread_constraints found = constraints_of(pod.spec(), false, defaults, &nodes.workload_selectors());
  fault = std::move(found.fault);
  if (all_keys) keep_what_decides(found.list, nodes);
  const std::vector<std::string> keys = all_keys ? keys_of(found.list) : std::vector<std::string>();
  const auto how = all_keys ? topology_key::by::label : topology_key::by::label_or_empty;
  for (rule& c : found.list) {
    const bool by_host = c.topology_key == hostname;
    auto placed = by_host ? count(c, pod, nodes, {"", topology_key::by::node_itself}, {})
                          : count(c, pod, nodes, {c.topology_key, how}, scope_of(c, pod, keys));
    auto labelled = nodes.part<pod_tallies>().find_topology(nodes, {c.topology_key, topology_key::by::label});
    constraints.push_back({std::move(c), by_host, std::move(placed), std::move(labelled)});
  }
}

node_set soft_spread::ignored(const cluster& nodes) const {
  node_set out(nodes.universe());
  if (!all_keys) return out;
  for (const constraint& c : constraints) {
    node_set without = nodes.nodes();
    without -= c.labelled->nodes(nodes.universe());
    out |= without;
  }
  return out;
}

}  // namespace berth::scoring
