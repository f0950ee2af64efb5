#pragma once

#include "scoring/cluster.hpp"
#include "scoring/column.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Why a pod fits nowhere: one pod's outcome of one cycle, a value. Upstream: framework.Diagnosis and FitError.
namespace berth::scoring {

struct diagnosis {
  std::size_t node_count = 0;          ///< how many nodes there are; 0: "no nodes available to schedule pods"
  std::string pre_filter_message;      ///< set: PreFilter refused the pod, no node has a say of its own
  std::vector<refusal_id> refused_by;  ///< by node number; 0: not refused (or no node)
  refusals table;
  std::vector<std::string> plugins;       ///< those that refused (sorted, unique): the queue asks what cures them
  std::string post_filter_message;        ///< appended, "" where there is none
  std::vector<std::string> post_filters;  ///< plugins whose PostFilter was asked
  /// What PostFilter says of the pod's nomination: the node on which room is made; "" ends it, absent leaves it as it
  /// is. Without a PostFilter it ends.
  std::optional<std::string> nominated = std::string();

  /// "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s)." with the PostFilter suffix.
  std::string message() const;

  /// Enters a plugin's name; "" is none.
  void blame(std::string_view plugin);

  /// What Reserve, Permit or a wait on Permit said of the chosen node: "0/1 nodes are available: 1 REASON."
  static diagnosis after_choice(const status& rejection);
};

}  // namespace berth::scoring
