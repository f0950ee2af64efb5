#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "scoring/node_set.hpp"

#include <memory>
#include <string>
#include <vector>

/// On which nodes pods are counted: those that have all of some labels, and that a waiting pod's own rules let in.
namespace berth::scoring {

struct scope_rules {
  std::vector<std::string> keys;  ///< the node has all of these labels
  /// The nodeSelector and required node affinity of this spec match the node. Null where that is not asked for.
  std::shared_ptr<const k8s::pod_spec> node_rules;
  /// The tolerations of this spec tolerate all NoSchedule and NoExecute taints of the node. Null
  /// where that is not asked for.
  std::shared_ptr<const k8s::pod_spec> taints;

  bool let_in(const k8s::node& node) const;
  /// Equal for rules that let in the same nodes by the same content.
  std::string identity() const;
};

/// The nodes that such rules let in. Owned by pod_tallies, which tells it of nodes.
class scope {
 public:
  explicit scope(scope_rules rules) : rules_(std::move(rules)) {}

  bool contains(node_id n) const noexcept { return nodes_.contains(n); }

  void enter(node_id n, const k8s::node& node) {
    if (nodes_.universe() <= n) nodes_.resize(std::size_t{n} + 1);
    if (rules_.let_in(node)) nodes_.insert(n);
  }
  void leave(node_id n) {
    if (contains(n)) nodes_.erase(n);
  }

 private:
  scope_rules rules_;
  node_set nodes_;
};

}  // namespace berth::scoring
