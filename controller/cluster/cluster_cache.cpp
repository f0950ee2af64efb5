#include "controller/cluster/cluster_cache.hpp"

#include "controller/cluster/same_for_scheduling.hpp"
#include "k8s/text/spare_room.hpp"
#include "k8s/watch/resource_version.hpp"

#include <utility>

namespace berth::controller {

std::size_t cluster_cache::hash_by_key::operator()(const k8s::object_key& k) const noexcept {
  return k8s::keyed_hash().add(k.namespace_).add(k.name).done();
}

cluster_cache::cluster_cache(std::function<bool(const std::string&)> is_ours, cache_listener& listener)
    : is_ours_(std::move(is_ours)),
      listener_(listener),
      storage_(
          index_.storage(), [&listener](const cluster_change& c) { listener.happened(c); },
          [&listener] { listener.listed(); }) {}

cluster_cache::~cluster_cache() = default;

// ---- pods -------------------------------------------------------------------------------------------------------

void cluster_cache::replaced(std::vector<k8s::pod_ptr> all) {
  others_.clear();
  if (!pods_.empty()) drop_what_is_gone(all);
  for (k8s::pod_ptr& pod : all) applied(std::move(pod));
  pods_listed_ = true;
  listener_.listed();
}

void cluster_cache::drop_what_is_gone(const std::vector<k8s::pod_ptr>& all) {
  std::unordered_map<k8s::object_key, std::string_view, hash_by_key> listed;
  listed.reserve(all.size());
  for (const k8s::pod_ptr& pod : all)
    if (!pod->terminal()) listed.emplace(pod->key, pod->uid);
  for (auto it = pods_.begin(); it != pods_.end();) {
    const auto here = it++;
    const auto there = listed.find(here->pod().key);
    if (there == listed.end() || there->second != here->pod().uid) drop_pod(here);
  }
  k8s::shrink_table(pods_);
}

void cluster_cache::applied(k8s::pod_ptr pod) {
  if (pod->terminal()) return removed(std::move(pod));
  const auto there = pods_.find(pod->key);
  if (there == pods_.end()) return add_pod(std::move(pod));
  if (there->pod().uid != pod->uid) {
    drop_pod(there);
    return add_pod(std::move(pod));
  }
  if (there->resource_version != pod->resource_version) update_pod(there, std::move(pod));
}

void cluster_cache::removed(k8s::pod_ptr pod) {
  others_.erase(pod->key);
  k8s::shrink_table(others_);
  const auto there = pods_.find(pod->key);
  if (there == pods_.end() || there->pod().uid != pod->uid) return;
  drop_pod(there);
  k8s::shrink_table(pods_);
}

void cluster_cache::add_pod(k8s::pod_ptr pod) {
  const bool assigned = !pod->node_name.empty();
  if (!assigned && !is_ours_(pod->spec->scheduler_name)) {
    if (others_.size() < most_others) others_.insert_or_assign(pod->key, pod->spec->scheduler_name);
    return;
  }
  others_.erase(pod->key);
  scoring::pod_info info = index_.intern(std::move(pod));
  std::string version = info.pod->resource_version;
  const auto [here, added] = pods_.insert(record{std::move(info), std::move(version)});
  if (assigned) return now_assigned(*here, nullptr);
  index_.nominations().set(here->info, here->pod().nominated_node_name);
  listener_.pod_waits(here->info);
}

void cluster_cache::now_assigned(const record& r, const k8s::pod_ptr& before) {
  // The pod may be assumed on this node (confirmed: the usual way), on another (somebody else was faster), or not at
  // all.
  const auto assumed = assumed_.find(r.pod().uid);
  const bool elsewhere = assumed != assumed_.end() && assumed->second.node != r.pod().node_name;
  const bool by_another = elsewhere || assumed == assumed_.end();
  const k8s::pod_ptr as_assumed = elsewhere ? assumed->second.info.pod : nullptr;
  if (assumed != assumed_.end()) assumed_.erase(assumed);
  if (!keeps_placed_texts_) pod_texts_.erase(r.pod().uid);
  k8s::shrink_table(assumed_);
  k8s::shrink_table(pod_texts_);
  index_.nominations().remove(r.pod().uid);
  index_.place(r.info, r.pod().node_name);
  if (observer_) observer_->placed(r.info.pod, false);
  if (before) listener_.pod_no_longer_waits(before);
  if (elsewhere) {
    listener_.assumption_failed(as_assumed);
    listener_.happened(assigned_pod_deleted(as_assumed));
  }
  if (const auto node = nodes_.find(r.pod().node_name); by_another && node != nodes_.end()) ++node->second.arrivals;
  listener_.assigned_pod_shown(r.pod(), watch_news::added);
  if (by_another && pods_listed_) listener_.placed_by_another(r.info);
  listener_.happened(assigned_pod_added(r.info.pod));
}

void cluster_cache::update_pod(pod_records::iterator there, k8s::pod_ptr pod) {
  const k8s::pod_ptr before = there->info.pod;
  const bool was_assigned = !before->node_name.empty();
  if (was_assigned && before->node_name != pod->node_name) {
    // No pod leaves its node: this is older than what we know. Where it is newer, etcd was put back to an older copy.
    if (!k8s::older(there->resource_version, pod->resource_version)) return;
    drop_pod(there);
    return add_pod(std::move(pod));
  }
  there->resource_version = pod->resource_version;
  scoring::pod_info after = index_.intern(std::move(pod));

  if (was_assigned) {
    if (!same_for_scheduling(*before, *after.pod)) {
      there->info = after;
      index_.place(after, after.pod->node_name);
      if (observer_) observer_->placed(after.pod, false);
    }
    listener_.assigned_pod_shown(*after.pod, watch_news::updated);
    for (const cluster_change& c : pod_changes(before, after.pod, scoring::event_resource::assigned_pod))
      listener_.happened(c);
    return;
  }
  there->info = after;
  if (!after.pod->node_name.empty()) return now_assigned(*there, before);
  const auto assumed = assumed_.find(after.pod->uid);
  if (assumed == assumed_.end()) {
    nomination_seen(*before, after);
    listener_.waiting_pod_changed(before, after);
    if (!before->nominated_node_name.empty() && before->nominated_node_name != after.pod->nominated_node_name)
      listener_.happened(nomination_ended(before));
    return;
  }
  // From now on the server refuses its binding: what it holds is free.
  if (after.pod->terminating()) assumption_ended(after.pod->uid);
}

void cluster_cache::drop_pod(pod_records::iterator there) {
  const k8s::pod_ptr pod = there->info.pod;
  pods_.erase(there);
  index_.pods_left(pods_.size());
  pod_texts_.erase(pod->uid);
  k8s::shrink_table(pod_texts_);
  if (!pod->node_name.empty()) {
    index_.remove(pod->uid);
    if (observer_) observer_->left(pod, false);
    listener_.assigned_pod_shown(*pod, watch_news::deleted);
    listener_.happened(assigned_pod_deleted(pod));
    return;
  }
  index_.nominations().remove(pod->uid);
  listener_.pod_no_longer_waits(pod);
  const bool was_assumed = is_assumed(pod->uid);
  assumption_ended(pod->uid);
  if (!was_assumed && !pod->nominated_node_name.empty()) listener_.happened(nomination_ended(pod));
}

// ---- nominations ------------------------------------------------------------------------------------------------

// What was decided here may not have reached the server when another update of the pod comes. Upstream:
// UpdateNominatedPod.
void cluster_cache::nomination_seen(const k8s::pod& before, const scoring::pod_info& after) {
  const std::string seen = after.pod->nominated_node_name;
  const bool silent = seen.empty() && before.nominated_node_name.empty();
  const std::string kept(silent ? index_.nominations().node_of(before.uid) : std::string_view(seen));
  index_.nominations().set(after, kept);
}

void cluster_cache::nominate(const scoring::pod_info& pod, std::string_view node) {
  index_.nominations().set(pod, node);
}

// ---- questions --------------------------------------------------------------------------------------------------

const scoring::pod_info* cluster_cache::find_waiting(const k8s::object_key& key, const std::string& uid) const {
  const auto there = pods_.find(key);
  if (there == pods_.end() || there->pod().uid != uid || !there->pod().node_name.empty()) return nullptr;
  return &there->info;
}

const k8s::pod* cluster_cache::find(const k8s::object_key& key) const {
  const auto there = pods_.find(key);
  return there == pods_.end() ? nullptr : there->info.pod.get();
}

std::string_view cluster_cache::other_scheduler_of(const k8s::object_key& key) const {
  if (const auto waiting = others_.find(key); waiting != others_.end()) return waiting->second;
  const k8s::pod* there = find(key);
  return there == nullptr || is_ours_(there->spec->scheduler_name) ? std::string_view() : there->spec->scheduler_name;
}

std::uint64_t cluster_cache::arrivals_on(const std::string& node) const {
  const auto there = nodes_.find(node);
  return there == nodes_.end() ? 0 : there->second.arrivals;
}

std::string cluster_cache::node_seen(const k8s::object_key& key, const std::string& uid) const {
  const auto there = pods_.find(key);
  return there == pods_.end() || there->pod().uid != uid ? std::string() : there->pod().node_name;
}

}  // namespace berth::controller
