#pragma once

#include "scoring/pod_info.hpp"

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Waiting pods that are nominated to a node: room is being made for them there, or somebody else wants them there
/// (status.nominatedNodeName). A pod of equal or higher priority that is nominated holds its room: the others are
/// filtered as if it were placed, and then as if it were not.
///
/// Part of `cluster`, written by the process. A node need not exist. Invariant: a pod (by uid) is nominated to at most
/// one node. Upstream: backend/queue/nominator.go.
namespace berth::scoring {

class nominations {
 public:
  bool empty() const noexcept { return node_of_.empty(); }
  /// The pods that are nominated to that node, in the order in which they were nominated to it.
  std::span<const pod_info> on(std::string_view node_name) const;
  /// "" where the pod is not nominated.
  std::string_view node_of(std::string_view pod_uid) const;
  /// Calls f(std::string_view node_name, std::span<const pod_info>) for each node that has some, by name.
  template <class F>
  void for_each_node(F&& f) const {
    for (const auto& [name, pods] : by_node_) f(std::string_view(name), std::span<const pod_info>(pods));
  }

  /// Whether victims are being evicted on behalf of this pod: it is not tried again before that is done.
  bool preempting(std::string_view pod_uid) const { return preempting_.contains(pod_uid); }

  // ---- what the process writes ------------------------------------------------------------------------------------

  /// Replaces the pod's earlier nomination; "" ends it. Nominated to its node again, it goes behind the others there.
  void set(const pod_info& pod, std::string_view node_name);
  void remove(std::string_view pod_uid) { take_out(pod_uid); }
  void set_preempting(std::string_view pod_uid, bool is_preempting);

 private:
  void take_out(std::string_view pod_uid);

  std::map<std::string, std::vector<pod_info>, std::less<>> by_node_;
  std::map<std::string, std::string, std::less<>> node_of_;  ///< by uid
  std::set<std::string, std::less<>> preempting_;            ///< uids
};

/// Whether `nominated`, which is nominated to some node, holds its room there against `pod`: it is another pod, of the
/// same priority or a higher one. Upstream: addGENominatedPods.
inline bool holds_room_against(const pod_info& nominated, const pod_info& pod) {
  return nominated.spec().priority >= pod.spec().priority && nominated.pod->uid != pod.pod->uid;
}

}  // namespace berth::scoring
