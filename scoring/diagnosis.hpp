#pragma once

#include "scoring/cluster.hpp"
#include "scoring/column.hpp"

#include <string>
#include <vector>

/// Why a pod fits nowhere. Upstream: framework.Diagnosis and FitError.
namespace berth::scoring {

struct diagnosis {
  std::size_t node_count = 0;               ///< how many nodes there are
  std::string pre_filter_message;           ///< set: PreFilter refused the pod, no node has a say
  std::vector<refusal_id> refused_by;       ///< by node number; 0: not refused (or no node)
  refusals table;
  std::vector<std::string> plugins;         ///< those that refused (sorted, unique): the queue asks what cures them
  std::string post_filter_message;          ///< appended, "" where there is none

  /// "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s)." with the PostFilter suffix.
  std::string message() const;
};

}  // namespace berth::scoring
