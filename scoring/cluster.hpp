#pragma once

#include "k8s/api/disruption_budget.hpp"
#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "scoring/change_log.hpp"
#include "scoring/host_ports.hpp"
#include "scoring/index_part.hpp"
#include "scoring/node_set.hpp"
#include "scoring/nominations.hpp"
#include "scoring/placement_log.hpp"
#include "scoring/pod_info.hpp"
#include "scoring/resources.hpp"
#include "scoring/storage.hpp"
#include "scoring/workload_selectors.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

/// The nodes and placed pods that every decision is made over, as plugins read them: columns over dense node numbers.
///
///   if (nodes.requested(scoring::cpu)[n] > nodes.allocatable(scoring::cpu)[n] / 2) ...     // more than half in use
///   for (const pod_info& pod : nodes.pods_on(n)) ...
///   const node_id n = nodes.find_node("node-1");                                           // no_node: there is none
///
/// This is the read side; what is written, and by whom, is index/live_cluster.hpp. Everything in it is derived from the
/// objects that the process was handed: it never reads a clock or does I/O.
///
/// Invariants: a column has `universe()` rows; rows of numbers that no node has are 0 and absent from `nodes()`;
/// `requested` of a node is the sum over `pods_on` it; each pod (by uid) is placed at most once.
/// A pod may name a node that is not known (yet): it counts on no node until that node comes, and again when it goes.
///
/// Thread safety: none; it is used on the one strand that owns it. References and spans are good until the next change,
/// and nothing changes during a call of a plugin.
/// Upstream: backend/cache (cacheImpl, Snapshot) and framework.NodeInfo, which copy what changed before each cycle; an
/// index with one owner needs no copy, and columns are what the inner loops want.
namespace berth::scoring {

/// One image name, over all nodes.
struct image_state {
  std::int64_t size_bytes = 0;  ///< as the first node that had it says
  std::size_t nodes = 0;        ///< how many have it
  node_set on;                  ///< which; its universe may be smaller than the cluster's
};

class cluster {
 public:
  virtual ~cluster() = default;
  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;

  // ---- nodes ------------------------------------------------------------------------------------------------------

  /// More than any node number in use. Grows, and never shrinks.
  std::size_t universe() const noexcept { return rows_.size(); }
  const node_set& nodes() const noexcept { return alive_; }
  std::size_t node_count() const noexcept { return node_count_; }
  /// no_node where there is none of that name.
  virtual node_id find_node(std::string_view name) const = 0;
  /// n is in nodes().
  const k8s::node& node(node_id n) const noexcept { return *rows_[n]->node; }

  // ---- columns ----------------------------------------------------------------------------------------------------

  const resource_names& resources() const noexcept { return resource_names_; }
  std::span<const std::int64_t> allocatable(resource_id r) const noexcept { return allocatable_[r]; }
  std::span<const std::int64_t> requested(resource_id r) const noexcept { return requested_[r]; }
  std::span<const std::int64_t> non_zero_cpu() const noexcept { return non_zero_cpu_; }
  std::span<const std::int64_t> non_zero_memory() const noexcept { return non_zero_memory_; }
  std::span<const std::int64_t> pod_count() const noexcept { return pod_count_; }
  std::span<const std::int64_t> allowed_pods() const noexcept { return allowed_pods_; }
  const node_set& unschedulable() const noexcept { return unschedulable_; }

  /// Of a resource by its name, whether it has columns or not; 0 where there is none. n is in nodes().
  std::int64_t allocatable_of(node_id n, std::string_view resource) const;
  std::int64_t requested_of(node_id n, std::string_view resource) const;
  /// Nodes with resources that found no number (see resource_names), and so have no column. Usually none.
  const node_set& nodes_beyond_columns() const noexcept { return beyond_columns_; }

  /// Nodes with equal taints share a number; number 0 is "no taints". A plugin judges each number once, not each node.
  using taint_set_id = std::uint32_t;
  std::span<const taint_set_id> taint_sets() const noexcept { return taint_set_of_; }
  /// More than any number in use; numbers that no node has are empty.
  std::size_t taint_set_count() const noexcept { return taint_set_list_.size(); }
  const std::vector<k8s::taint>& taints(taint_set_id id) const noexcept { return taint_set_list_[id]; }

  // ---- pods -------------------------------------------------------------------------------------------------------

  /// Unordered.
  std::span<const pod_info> pods_on(node_id n) const noexcept { return rows_[n]->pods; }
  /// Nodes with at least one pod that holds a host port.
  const node_set& nodes_with_host_ports() const noexcept { return host_port_nodes_; }
  /// The host ports that the pods on a node hold.
  const host_ports& host_ports_on(node_id n) const noexcept { return rows_[n]->ports; }

  /// All placed pods, on known nodes or not.
  virtual void for_each_placed(const std::function<void(const pod_info&, std::string_view node_name)>& f) const = 0;
  virtual std::size_t placed_count() const noexcept = 0;
  /// The placed pod, or nullptr.
  virtual const pod_info* find_placed(std::string_view pod_uid) const = 0;
  /// "" where the pod is not placed.
  virtual std::string_view node_name_of(std::string_view pod_uid) const = 0;
  /// What a placed pod holds: its requests, or more while it is resized in place (see demand_of_placed). Or nullptr.
  virtual const demand* held_by(std::string_view pod_uid) const = 0;

  /// Waiting pods that hold room on nodes: filters are run with them and without them, so no plugin need look here.
  const nominations& nominated() const noexcept { return nominations_; }

  /// By namespace and name.
  std::span<const k8s::disruption_budget_ptr> disruption_budgets() const noexcept { return budgets_; }

  // ---- namespaces and images --------------------------------------------------------------------------------------

  /// The labels of a namespace, or nullptr where it is not known.
  virtual const k8s::string_map* namespace_labels(std::string_view name) const = 0;
  /// All namespaces that are known, in no order.
  virtual void for_each_namespace(const std::function<void(const k8s::namespace_object&)>& f) const = 0;
  /// Moves on when a namespace comes or goes or its labels change.
  std::uint64_t namespace_generation() const noexcept { return namespace_generation_; }
  using image_state = scoring::image_state;
  /// Nullptr where no node has an image of that name, which is as nodes spell it (see ImageLocality).
  virtual const image_state* image(std::string_view name) const = 0;

  /// The services and workloads there are, by which pods are theirs.
  const scoring::workload_selectors& workload_selectors() const noexcept { return workload_selectors_; }
  // ---- storage ----------------------------------------------------------------------------------------------------

  /// Volumes, claims, classes and what CSI drivers say.
  const scoring::storage& storage() const noexcept { return storage_; }
  /// Whether a placed pod mounts the claim, other than by an ephemeral volume.
  bool claim_in_use(const k8s::object_key& claim) const { return claims_in_use_.contains(claim); }

  // ---- what else plugins derive, and what changed -----------------------------------------------------------------

  /// The part of the index of type T, which is made when somebody first asks for it: see index_part.hpp.
  template <class T>
  const T& part() const {
    const auto make = []() -> std::unique_ptr<index_part> { return std::make_unique<T>(); };
    return static_cast<const T&>(find_part(typeid(T), make));
  }

  /// Lets a cache bring itself up to date: which nodes came, went or changed, their pods included, in order. A position
  /// is good until the log has moved on by more than its size; then all nodes count as changed.
  const change_log& changes() const noexcept { return changes_; }
  /// The same of nodes that came, went, or whose object changed, whatever became of their pods.
  const change_log& node_changes() const noexcept { return node_changes_; }
  /// The same for counts of pods: which were placed and removed. A pod that is replaced was removed and placed.
  const placement_log& placements() const noexcept { return placements_; }
  /// Moves on when a node comes or goes, or its labels, annotations, taints, images or cordon change: not when pods do,
  /// nor when its allocatable does.
  std::uint64_t node_generation() const noexcept { return node_generation_; }

 private:
  friend class live_cluster;  // which alone writes what follows
  friend class node_trial;    // which leaves it as it was

  cluster() = default;
  virtual const index_part& find_part(const std::type_info& type, std::unique_ptr<index_part> (*make)()) const = 0;

  /// One node, and the pods placed on it.
  struct row {
    k8s::node_ptr node;
    std::vector<pod_info> pods;
    host_ports ports;
    std::map<std::string, std::int64_t, std::less<>> scalars;  ///< what the pods hold beside the three fixed resources
  };
  /// Adds what a pod holds to the sums of a node, or takes it out.
  void add_to_sums(node_id n, const demand& held, std::int64_t sign);
  static void add_scalars(row& on, const demand& held, std::int64_t sign);
  /// Whether the node is among those with host ports.
  void update_pod_sets(node_id n, const row& on);

  std::vector<const row*> rows_;  ///< by node number; nullptr where no node has it
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
  node_set beyond_columns_;
  std::vector<taint_set_id> taint_set_of_;
  std::vector<std::vector<k8s::taint>> taint_set_list_{1};
  node_set host_port_nodes_;
  nominations nominations_;
  std::vector<k8s::disruption_budget_ptr> budgets_;
  scoring::storage storage_;
  std::map<k8s::object_key, std::size_t> claims_in_use_;  ///< with how many mounts

  change_log changes_;
  change_log node_changes_;
  placement_log placements_;
  std::uint64_t node_generation_ = 0;
  std::uint64_t namespace_generation_ = 0;
  scoring::workload_selectors workload_selectors_;
};

}  // namespace berth::scoring
