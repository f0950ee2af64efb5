#include "controller/cluster/cluster_cache.hpp"

#include "controller/cluster/same_for_scheduling.hpp"

/// What the cache has, for the comparison with the server and for who lists its pods: as the watches showed it, without
/// what is assumed.
namespace berth::controller {

bool cluster_cache::compared_pods::agrees(const k8s::pod& at_server) const {
  const auto there = cache.pods_.find(at_server.key);
  const bool wanted =
      !at_server.terminal() && (!at_server.node_name.empty() || cache.is_ours_(at_server.spec->scheduler_name));
  if (there == cache.pods_.end()) return !wanted;
  return wanted && there->pod().uid == at_server.uid && same_for_scheduling(there->pod(), at_server);
}

k8s::held_state cluster_cache::compared_pods::held(const k8s::object_key& key) const {
  const auto there = cache.pods_.find(key);
  return there == cache.pods_.end() ? k8s::held_state{} : k8s::held_state{there->info.pod, there->resource_version};
}

bool cluster_cache::walk_pods(pod_walk& walk, std::size_t at_most, std::vector<k8s::pod_ptr>& out) const {
  const std::size_t places = pods_.bucket_count();
  if (walk.places != places) {
    walk = {places, 0};
    out.clear();
    out.reserve(pods_.size());
  }
  // A place is taken whole: a pod stays in its own as long as there are as many of them.
  for (const std::size_t enough = out.size() + at_most; walk.next < places && out.size() < enough; ++walk.next)
    for (auto here = pods_.cbegin(walk.next); here != pods_.cend(walk.next); ++here) out.push_back(here->info.pod);
  return walk.next == places;
}

void cluster_cache::compared_pods::each_held(const std::function<void(const k8s::object_key&)>& f) const {
  for (const record& r : cache.pods_) f(r.pod().key);
}

bool cluster_cache::compared_nodes::agrees(const k8s::node& at_server) const {
  const auto there = cache.nodes_.find(at_server.name);
  return there != cache.nodes_.end() && there->second.seen->uid == at_server.uid &&
         same_for_scheduling(*there->second.seen, at_server);
}

k8s::held_state cluster_cache::compared_nodes::held(const k8s::object_key& key) const {
  const auto there = cache.nodes_.find(key.name);
  if (there == cache.nodes_.end()) return {};
  return {there->second.seen, there->second.seen->resource_version};
}

void cluster_cache::compared_nodes::each_held(const std::function<void(const k8s::object_key&)>& f) const {
  for (const auto& [name, node] : cache.nodes_) f({"", name});
}

}  // namespace berth::controller
