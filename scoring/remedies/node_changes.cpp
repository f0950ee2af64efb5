#include "scoring/index/what_if.hpp"
#include "scoring/remedies/remedy_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

/// Changes of nodes: a label, no cordon, no condition; one node more.
namespace berth::scoring {

namespace {

constexpr std::string_view hostname = "kubernetes.io/hostname";
constexpr std::string_view cordon = "node.kubernetes.io/unschedulable";

// The conditions' taints, each key once, without the cordon's.
std::vector<std::string> conditions_of(const k8s::node& node) {
  std::vector<std::string> out;
  for (const k8s::taint& t : node.taints)
    if (is_condition(t) && t.key != cordon && std::find(out.begin(), out.end(), t.key) == out.end())
      out.push_back(t.key);
  return out;
}

bool is_cordoned(const k8s::node& node) {
  return node.unschedulable ||
         std::any_of(node.taints.begin(), node.taints.end(), [](const k8s::taint& t) { return t.key == cordon; });
}

k8s::node uncordoned(k8s::node node) {
  node.unschedulable = false;
  std::erase_if(node.taints, [](const k8s::taint& t) { return t.key == cordon; });
  return node;
}

k8s::node without_conditions(k8s::node node) {
  std::erase_if(node.taints, [](const k8s::taint& t) { return is_condition(t) && t.key != cordon; });
  return node;
}

// What tells nodes of one kind from those of another: all but the name.
struct node_kind {
  std::int64_t cpu, memory;
  k8s::string_map labels;
  std::vector<k8s::taint> taints;
  k8s::resource_list allocatable;
  k8s::declared_features declared_features;

  explicit node_kind(const k8s::node& n)
      : cpu(amount_in(n.allocatable, "cpu")),
        memory(amount_in(n.allocatable, "memory")),
        labels(n.labels),
        taints(n.taints),
        allocatable(n.allocatable),
        declared_features(n.declared_features) {
    labels.erase(hostname);
  }
  bool operator==(const node_kind&) const = default;
};

// A new node that is like this one, with nothing wrong with it, and nothing on it yet.
k8s::node one_more(const cluster& nodes, const k8s::node& like) {
  k8s::node fresh = without_conditions(uncordoned(like));
  std::erase_if(fresh.taints, is_leaving);
  fresh.name += "-new";
  while (nodes.find_node(fresh.name) != no_node) fresh.name += "x";
  fresh.uid += "-new";
  if (fresh.labels.contains(hostname)) fresh.labels.set(std::string(hostname), fresh.name);
  return fresh;
}

// What runs on every node of a kind runs on a new one too: DaemonSets' pods, and static ones.
void place_node_pods(what_if& with, const cluster& nodes, const k8s::node& like, const std::string& fresh) {
  std::vector<pod_info> own;
  for (const pod_info& placed : nodes.pods_on(nodes.find_node(like.name)))
    if (belongs_to_its_node(placed.spec()) && !placed.pod->terminating()) own.push_back(placed);
  for (const pod_info& placed : own) {
    auto copy = std::make_shared<k8s::pod>(*placed.pod);
    copy->uid += "-new";
    copy->key.name += "-new";
    copy->node_name = fresh;
    with.place({std::move(copy), placed.requests}, fresh);
  }
}

bool would_fit_on_one_more(remedy_search& search, live_cluster& nodes, const k8s::node& like) {
  what_if with(nodes);
  k8s::node fresh = one_more(nodes, like);
  const std::string name = fresh.name;
  k8s::csi_node_ptr drivers;
  if (const k8s::csi_node* there = nodes.storage().csi_node(like.name); there != nullptr) {
    auto copy = std::make_shared<k8s::csi_node>(*there);
    copy->name = name;
    drivers = copy;
    nodes.storage().set(drivers);
  }
  const node_id n = with.add_node(std::make_shared<const k8s::node>(std::move(fresh)));
  place_node_pods(with, nodes, like, name);
  const bool fits = search.fits_on(n);
  if (drivers != nullptr) nodes.storage().remove(*drivers);
  return fits;
}

}  // namespace

std::vector<node_id> by_name(const cluster& nodes) {
  std::vector<node_id> out;
  nodes.nodes().list(out);
  std::sort(out.begin(), out.end(), [&](node_id a, node_id b) { return nodes.node(a).name < nodes.node(b).name; });
  return out;
}

bool try_state(remedy_search& search, live_cluster& nodes, node_id n, k8s::node state, remedy if_it_helps) {
  const changed_node changed(nodes, n, std::move(state));
  if (!search.fits_on(n)) return false;
  if_it_helps.node = nodes.node(n).name;
  if_it_helps.nodes = 1;
  if_it_helps.of_node = true;
  if_it_helps.how_much = remedy::effort::node;
  search.add(std::move(if_it_helps));
  return true;
}

void try_labels(remedy_search& search, live_cluster& nodes, const std::vector<wanted_label>& labels) {
  for (const wanted_label& l : labels) {
    k8s::node state = nodes.node(l.node);
    const std::string* has = state.labels.find(l.key);
    std::string text = fmt::format("label node {} {}={}", state.name, l.key, l.value);
    if (has != nullptr) text += fmt::format(", it has {}", *has);
    state.labels.set(l.key, l.value);
    try_state(search, nodes, l.node, std::move(state), {.change = "label-node", .text = std::move(text)});
  }
}

void try_node_states(remedy_search& search, live_cluster& nodes) {
  std::size_t cordons = 0, ill = 0;
  for (const node_id n : by_name(nodes)) {
    const k8s::node node = nodes.node(n);  // a copy: the cluster's own changes meanwhile
    if (is_cordoned(node) && cordons++ < most_of_a_kind)
      try_state(search, nodes, n, uncordoned(node), {.change = "uncordon", .text = "uncordon node " + node.name});
    const std::vector<std::string> conditions = conditions_of(node);
    if (!conditions.empty() && ill++ < most_of_a_kind)
      try_state(search, nodes, n, without_conditions(node),
                {.change = "mend-node",
                 .text = fmt::format("mend node {}, which has the taint {}", node.name, fmt::join(conditions, " and ")),
                 .size = 1});
  }
}

void try_more_nodes(remedy_search& search, live_cluster& nodes) {
  std::vector<std::pair<node_kind, std::string>> kinds;  // each with the first of its nodes by name
  for (const node_id n : by_name(nodes)) {
    if (kinds.size() == most_of_a_kind) {
      search.leave_out();
      break;
    }
    node_kind kind(nodes.node(n));
    if (std::none_of(kinds.begin(), kinds.end(), [&](const auto& k) { return k.first == kind; }))
      kinds.emplace_back(std::move(kind), nodes.node(n).name);
  }
  std::stable_sort(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.cpu, a.first.memory) < std::tie(b.first.cpu, b.first.memory);
  });
  for (const auto& [kind, name] : kinds) {
    if (!would_fit_on_one_more(search, nodes, nodes.node(nodes.find_node(name)))) continue;
    search.add({.change = "add-node",
                .text = "add a node like " + name,
                .node = name,
                .nodes = 1,
                .of_node = true,
                .how_much = remedy::effort::new_node});
    return;
  }
}

}  // namespace berth::scoring
