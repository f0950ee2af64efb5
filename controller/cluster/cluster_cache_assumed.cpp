#include "controller/cluster/cluster_cache.hpp"

#include "k8s/text/spare_room.hpp"

#include <utility>

/// Pods that were decided on and that the watch has not shown on their nodes yet.
namespace berth::controller {

scoring::pod_info cluster_cache::assume(const scoring::pod_info& pod, const std::string& node) {
  auto placed = std::make_shared<k8s::pod>(*pod.pod);
  placed->node_name = node;
  scoring::pod_info info{std::move(placed), pod.requests};
  index_.place(info, node);
  index_.nominations().remove(info.pod->uid);
  assumed_.insert_or_assign(info.pod->uid, assumption{info, node, std::nullopt});
  if (observer_) observer_->placed(info.pod, true);
  return info;
}

void cluster_cache::binding_acknowledged(const std::string& uid, instant now) {
  const auto there = assumed_.find(uid);
  if (there != assumed_.end()) there->second.acknowledged = now;
}

bool cluster_cache::forget(const std::string& uid) {
  const auto there = assumed_.find(uid);
  if (there == assumed_.end()) return false;
  const k8s::pod_ptr pod = there->second.info.pod;
  assumed_.erase(there);
  k8s::shrink_table(assumed_);
  index_.remove(uid);
  if (observer_) observer_->left(pod, true);
  return true;
}

void cluster_cache::assumption_ended(const std::string& uid) {
  const auto there = assumed_.find(uid);
  if (there == assumed_.end()) return;
  const k8s::pod_ptr pod = there->second.info.pod;
  forget(uid);
  listener_.assumption_failed(pod);
  listener_.happened(assigned_pod_deleted(pod));
}

std::vector<cluster_cache::unconfirmed> cluster_cache::to_verify(instant now, duration after) {
  std::vector<unconfirmed> out;
  for (auto& [uid, a] : assumed_) {
    if (!a.acknowledged || now - *a.acknowledged < after) continue;
    a.acknowledged = now;
    out.push_back({a.info.pod->key, uid, a.node});
  }
  return out;
}

}  // namespace berth::controller
