#include "k8s/api/selector_faults.hpp"
#include "scoring/remedies/remedy_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

/// The label of a topology (a zone, a rack) that a node lacks: the domains of spreading and affinity are made of it.
namespace berth::scoring {

namespace {

constexpr std::string_view hostname = "kubernetes.io/hostname";

// Anti-affinity does not ask for the label: a node without it is in no domain, and so keeps apart.
std::vector<std::string> needed_keys(const k8s::pod_spec& spec) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& key) {
    if (out.size() < most_of_a_kind && std::find(out.begin(), out.end(), key) == out.end() &&
        k8s::label_key_fault(key).empty())
      out.push_back(key);
  };
  for (const k8s::topology_spread_constraint& c : spec.spread_constraints)
    if (c.do_not_schedule) add(c.topology_key);
  if (spec.pod_affinity_rules)
    for (const k8s::pod_affinity_term& t : spec.pod_affinity_rules->required) add(t.topology_key);
  return out;
}

// A value of its own is tried where no node has the label: any will do then, so none is told.
void try_key(remedy_search& search, live_cluster& nodes, const std::string& key) {
  std::set<std::string> values;
  std::vector<node_id> without;
  for (const node_id n : by_name(nodes)) {
    const std::string* value = nodes.node(n).labels.find(key);
    if (value == nullptr)
      without.push_back(n);
    else if (values.size() < most_of_a_kind)
      values.insert(*value);
  }
  std::size_t tried = 0;
  for (const node_id n : without) {
    const std::string name = nodes.node(n).name;
    const bool any_value = values.empty() && key != hostname;
    std::set<std::string> candidates = values;
    if (key == hostname) candidates = {name};
    if (any_value) candidates = {"a"};
    for (const std::string& value : candidates) {
      if (!k8s::label_value_fault(value).empty()) continue;
      if (tried++ == most_of_a_kind) return search.leave_out();
      k8s::node state = nodes.node(n);
      state.labels.set(key, value);
      const std::string text = any_value ? fmt::format("give node {} the label {}, which no node has", name, key)
                                         : fmt::format("label node {} {}={}", name, key, value);
      if (try_state(search, nodes, n, std::move(state), {.change = "label-node", .text = text})) return;
    }
  }
}

}  // namespace

void try_topology_labels(remedy_search& search, live_cluster& nodes) {
  for (const std::string& key : needed_keys(search.pod().spec())) try_key(search, nodes, key);
}

}  // namespace berth::scoring
