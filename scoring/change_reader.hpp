#pragma once

#include "scoring/cluster.hpp"

#include <cstdint>
#include <utility>

/// Follows one of a cluster's logs, for who keeps something about each node.
///
///   reader_.catch_up(nodes.changes(), nodes, [&](node_id n) { kept_[n] = made_of(n); });
///
/// On the cluster's strand. Each call is with the same log.
namespace berth::scoring {

class change_reader {
 public:
  /// Calls f(node_id) for each change since the last call, for numbers that no node has any more too; for all nodes where
  /// this is the first call, or the log has lost some.
  template <class F>
  void catch_up(const change_log& log, const cluster& nodes, F&& f) {
    if (std::exchange(fresh_, false) || !log.for_each_since(position_, f)) nodes.nodes().for_each(f);
    position_ = log.position();
  }

 private:
  bool fresh_ = true;
  std::uint64_t position_ = 0;
};

}  // namespace berth::scoring
