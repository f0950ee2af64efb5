#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "scoring/change_log.hpp"
#include "scoring/index/image_index.hpp"
#include "scoring/index/name_map.hpp"
#include "scoring/index/spec_table.hpp"
#include "scoring/node_set.hpp"
#include "scoring/placement_log.hpp"
#include "scoring/pod_info.hpp"
#include "scoring/reservations/reservations.hpp"
#include "scoring/resources.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// The index of nodes and placed pods that every decision is made over: columns over dense node numbers.
///
/// Owned by the process (controller::cluster_cache) and used on one strand; a scheduling cycle reads it live and
/// nothing is copied. Everything in it is derived from the objects handed in: it never reads a clock or does I/O.
///
/// Invariants: a column has `universe()` rows; rows of numbers that no node has are 0 and absent from `nodes()`;
/// `requested` of a node is the sum over `pods_on` it; each pod (by uid) is placed at most once.
/// A pod may name a node that is not known (yet): it is kept by node name and placed when the node comes; its node
/// going away puts it back there.
/// Upstream: backend/cache (cacheImpl, Snapshot) and framework.NodeInfo, which copy what changed before each cycle; an
/// index with one owner needs no copy, and columns are what the inner loops want.
namespace berth::scoring {

class cluster {
 public:
  cluster();
  ~cluster();
  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;

  // ---- what the process writes ------------------------------------------------------------------------------------

  /// Adds the node, or takes over its new state. Returns its number, which stays until it is removed. A state that
  /// differs in nothing that is read here is no change.
  node_id set_node(k8s::node_ptr node);
  void remove_node(std::string_view name);

  /// Specs of equal content become one object, and what is computed from a spec is computed once. A pod without a uid
  /// (in a file that somebody wrote) gets "namespace/name" for one.
  pod_info intern(k8s::pod_ptr pod);

  /// Places the pod on the node of that name. A pod with this uid that is placed already is replaced (moved, resized).
  /// A terminal pod takes no room: placing it removes it. The pod comes from `intern`.
  void place(const pod_info& pod, std::string_view node_name);
  /// No-op where the pod is not placed.
  void remove(std::string_view pod_uid);
  /// The placed pod, or nullptr. Valid until the next change.
  const pod_info* find_placed(std::string_view pod_uid) const;
  /// "" where the pod is not placed.
  std::string_view node_name_of(std::string_view pod_uid) const;
  /// What a placed pod holds: its requests, or more while it is resized in place (see demand_of_placed). Or nullptr.
  const demand* held_by(std::string_view pod_uid) const;
  std::size_t placed_count() const noexcept { return seats_.size(); }

  void set_namespace(k8s::namespace_ptr ns);
  void remove_namespace(std::string_view name);

  // ---- nodes ------------------------------------------------------------------------------------------------------

  /// More than any node number in use. Grows, and never shrinks.
  std::size_t universe() const noexcept { return hosts_by_id_.size(); }
  const node_set& nodes() const noexcept { return alive_; }
  std::size_t node_count() const noexcept { return node_count_; }
  /// no_node where there is none of that name.
  node_id find_node(std::string_view name) const;
  /// n is in nodes().
  const k8s::node& node(node_id n) const noexcept { return *hosts_by_id_[n]->node; }

  // ---- columns ----------------------------------------------------------------------------------------------------

  const resource_names& resources() const noexcept { return resource_names_; }
  std::span<const std::int64_t> allocatable(resource_id r) const noexcept { return allocatable_[r]; }
  std::span<const std::int64_t> requested(resource_id r) const noexcept { return requested_[r]; }
  std::span<const std::int64_t> non_zero_cpu() const noexcept { return non_zero_cpu_; }
  std::span<const std::int64_t> non_zero_memory() const noexcept { return non_zero_memory_; }
  std::span<const std::int64_t> pod_count() const noexcept { return pod_count_; }
  std::span<const std::int64_t> allowed_pods() const noexcept { return allowed_pods_; }
  const node_set& unschedulable() const noexcept { return unschedulable_; }

  /// Nodes with equal taints share a number; number 0 is "no taints". A plugin judges each number once, not each node.
  using taint_set_id = std::uint32_t;
  std::span<const taint_set_id> taint_sets() const noexcept { return taint_set_of_; }
  /// More than any number in use; numbers that no node has are empty.
  std::size_t taint_set_count() const noexcept { return taint_set_list_.size(); }
  const std::vector<k8s::taint>& taints(taint_set_id id) const noexcept { return taint_set_list_[id].taints; }

  /// Nodes that annotations reserve room on, and what they say there: read once for each state of a node.
  const node_set& nodes_with_reservations() const noexcept { return reserved_nodes_; }
  const std::vector<reservation>& reservations_on(node_id n) const noexcept { return hosts_by_id_[n]->reservations; }

  // ---- pods -------------------------------------------------------------------------------------------------------

  /// Unordered; valid until the next change.
  std::span<const pod_info> pods_on(node_id n) const noexcept { return hosts_by_id_[n]->pods; }
  /// Nodes with at least one pod that has required anti-affinity terms: the rest need not be looked at for symmetry.
  const node_set& nodes_with_required_anti_affinity() const noexcept { return anti_affinity_nodes_; }
  /// Nodes with at least one pod that has any affinity or anti-affinity terms.
  const node_set& nodes_with_affinity() const noexcept { return affinity_nodes_; }
  /// Nodes with at least one pod that holds a host port.
  const node_set& nodes_with_host_ports() const noexcept { return host_port_nodes_; }
  /// The host ports held on a node, as the pods' containers name them; one entry per holder.
  std::span<const k8s::host_port> host_ports_on(node_id n) const noexcept { return hosts_by_id_[n]->ports; }

  /// All placed pods, on known nodes or not. f(const pod_info&, std::string_view node_name).
  template <class F>
  void for_each_placed(F&& f) const {
    for (const auto& [name, h] : hosts_)
      for (const pod_info& pod : h->pods) f(pod, std::string_view(name));
  }

  /// The labels of a namespace, or nullptr where it is not known.
  const k8s::string_map* namespace_labels(std::string_view name) const;

  // ---- what changed -------------------------------------------------------------------------------------------------

  /// Lets a cache bring itself up to date: which nodes came, went or changed, their pods included, in order. A position
  /// is good until the log has moved on by more than its size; then all nodes count as changed.
  const change_log& changes() const noexcept { return changes_; }
  /// The same for counts of pods: which were placed and removed. A pod that is replaced was removed and placed.
  const placement_log& placements() const noexcept { return placements_; }
  /// Moves on when a node comes or goes, or its labels, annotations, taints, images or cordon change: not when pods do,
  /// nor when its allocatable does.
  std::uint64_t node_generation() const noexcept { return node_generation_; }
  using image_state = scoring::image_state;
  /// Nullptr where no node has an image of that name, which is as nodes spell it (see ImageLocality).
  const image_state* image(std::string_view name) const { return images_.find(name); }

 private:
  /// A node name with the pods placed on it; the node itself where it is known.
  struct host {
    std::string name;
    node_id id = no_node;
    k8s::node_ptr node;
    std::vector<pod_info> pods;
    std::vector<k8s::host_port> ports;
    image_index::held images;
    std::vector<reservation> reservations;
    std::uint32_t pods_with_affinity = 0;
    std::uint32_t pods_with_required_anti_affinity = 0;
  };
  /// Where a pod is: the index in its host's list, so that it leaves in one step.
  struct seat {
    host* where;
    std::size_t index;
    std::unique_ptr<const demand> held;  ///< only where it is not the pod's requests
  };
  struct taint_set {
    std::vector<k8s::taint> taints;
    std::size_t users = 0;
  };

  host& host_named(std::string_view name);
  void drop_if_unused(host& h);
  node_id take_number();
  void add_columns();
  void set_allocatable(node_id id, const k8s::resource_list& amounts);
  void set_reservations(host& h, const k8s::node& node);
  taint_set_id take_taint_set(const std::vector<k8s::taint>& taints);
  void leave_taint_set(taint_set_id id);
  void enter(host& h, const pod_info& pod, const demand& held);
  void leave(host& h, const pod_info& pod, const demand& held);
  void add_to_sums(node_id id, const demand& held, std::int64_t sign);
  void update_pod_sets(const host& h);
  const demand& demand_at(const seat& s) const;

  name_map<std::unique_ptr<host>> hosts_;
  std::vector<host*> hosts_by_id_;
  std::vector<node_id> free_ids_;
  std::size_t node_count_ = 0;
  node_set alive_;

  resource_names resource_names_;
  std::vector<std::vector<std::int64_t>> allocatable_;
  std::vector<std::vector<std::int64_t>> requested_;
  std::vector<std::int64_t> non_zero_cpu_;
  std::vector<std::int64_t> non_zero_memory_;
  std::vector<std::int64_t> pod_count_;
  std::vector<std::int64_t> allowed_pods_;
  node_set unschedulable_;
  node_set reserved_nodes_;
  std::vector<taint_set_id> taint_set_of_;
  std::vector<taint_set> taint_set_list_;
  std::unordered_multimap<std::size_t, taint_set_id> taint_sets_by_hash_;
  std::vector<taint_set_id> free_taint_sets_;

  std::unordered_map<std::string_view, seat> seats_;  ///< by uid; the key is the placed pod's own
  node_set affinity_nodes_;
  node_set anti_affinity_nodes_;
  node_set host_port_nodes_;

  spec_table specs_;
  image_index images_;
  name_map<k8s::namespace_ptr> namespaces_;
  change_log changes_;
  placement_log placements_;
  std::uint64_t node_generation_ = 0;
};

}  // namespace berth::scoring
