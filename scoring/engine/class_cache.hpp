#pragma once

#include "scoring/engine/kept_filters.hpp"
#include "scoring/engine/score_board.hpp"
#include "scoring/pod_info.hpp"

#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

/// Pods that agree in all that the kept plugins read are one class, and what those plugins said of the nodes is kept
/// with it.
///
/// Each class catches up on its own, when its next pod comes, from the cluster's change log. The least recently used
/// are given up beyond a budget of memory. Belongs to one profile and one cluster, on its strand.
namespace berth::scoring {

struct pod_class {
  k8s::pod_ptr example;
  std::size_t hash = 0;
  std::size_t example_bytes = 0;
  std::uint64_t position = 0;         ///< in the change log: what lies before it is accounted for
  bool fresh = true;                  ///< nothing is accounted for
  std::vector<kept_filters> filters;  ///< by run
  score_board scores;
  node_set listed;            ///< the feasible nodes last listed ...
  std::vector<node_id> list;  ///< ... and the list
};

class class_cache {
 public:
  /// 8 MiB, and half a kilobyte for each node: some 35 classes at 5,000 nodes.
  static constexpr std::size_t budget = std::size_t{8} << 20;
  static constexpr std::size_t budget_per_node = 512;

  /// `fields` is a mask of pod_field; `bytes_per_node` is what one class takes for each node.
  class_cache(std::uint32_t fields, std::size_t bytes_per_node) : fields_(fields), bytes_per_node_(bytes_per_node) {}

  /// The pod's class, and what it has to look at again. Good until the next call.
  pod_class& find(const pod_info& pod, const cluster& nodes, changed_nodes& changed);
  /// Gives up what `find` returned last: a plugin broke in the middle.
  void drop_last();
  std::size_t size() const noexcept { return classes_.size(); }

 private:
  void start_class(const cluster& nodes);
  void make_room_for_example();
  void unlink_first();

  std::uint32_t fields_;
  std::size_t bytes_per_node_;
  std::size_t example_bytes_ = 0;  ///< of all classes: no more than `budget`, but for a single one
  std::list<pod_class> classes_;   ///< most recently used first
  std::unordered_multimap<std::size_t, std::list<pod_class>::iterator> by_hash_;
};

}  // namespace berth::scoring
