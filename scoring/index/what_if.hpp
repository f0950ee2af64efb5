#pragma once

#include "scoring/index/live_cluster.hpp"

#include <string>
#include <string_view>
#include <vector>

/// "What if": changes to a cluster that are undone, newest first, when this dies. For preemption, nominated pods,
/// simulation.
///
/// Lives within one cycle, on the cluster's strand; nobody else changes the cluster meanwhile. What is kept between
/// cycles sees the change and its undoing as changes of those nodes.
namespace berth::scoring {

class what_if {
 public:
  explicit what_if(live_cluster& c) : cluster_(c) {}
  ~what_if() { undo(); }
  what_if(const what_if&) = delete;
  what_if& operator=(const what_if&) = delete;

  /// As live_cluster::place and live_cluster::remove.
  void place(const pod_info& pod, std::string_view node_name);
  void remove(std::string_view pod_uid);
  /// A node that is not there, with the pods that name it. Returns its number.
  node_id add_node(k8s::node_ptr node);
  /// Back to the start.
  void undo();

 private:
  /// How a pod stood before: on a node, or nowhere (""). Without a pod: the node that was added.
  struct step {
    pod_info pod;
    std::string node_name;
  };
  void remember(const pod_info& pod);

  live_cluster& cluster_;
  std::vector<step> done_;
};

}  // namespace berth::scoring
