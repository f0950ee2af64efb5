#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "scoring/node_set.hpp"
#include "scoring/pod_info.hpp"
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
/// Owned by the process (controller::cluster_cache) and used on one strand; a scheduling cycle reads it live and nothing is
/// copied. Everything in it is derived from the objects handed in: it never reads a clock or does I/O.
///
/// Invariants: a column has `universe()` rows; rows of numbers that no node has are 0 and absent from `nodes()`;
/// `requested` of a node is the sum over `pods_on` it; each pod (by uid) is placed at most once.
/// A pod may name a node that is not known (yet): it is kept by node name and placed when the node comes; its node
/// going away puts it back there.
namespace berth::scoring {

class cluster {
 public:
  cluster();
  ~cluster();
  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;

  // ---- what the process writes ------------------------------------------------------------------------------------

  /// Adds the node, or takes over its new state. Returns its number, which stays until it is removed.
  node_id set_node(k8s::node_ptr node);
  void remove_node(std::string_view name);

  /// Specs of equal content become one object, and what is computed from a spec is computed once.
  pod_info intern(k8s::pod_ptr pod);

  /// Places the pod on the node of that name. A pod with this uid that is placed already is replaced (moved, resized).
  void place(const pod_info& pod, std::string_view node_name);
  /// No-op where the pod is not placed.
  void remove(std::string_view pod_uid);
  /// The placed pod, or nullptr.
  const pod_info* find_placed(std::string_view pod_uid) const;
  std::string_view node_name_of(std::string_view pod_uid) const;

  void set_namespace(k8s::namespace_ptr ns);
  void remove_namespace(std::string_view name);

  // ---- nodes ------------------------------------------------------------------------------------------------------

  /// One more than the largest node number in use.
  std::size_t universe() const noexcept { return nodes_by_id_.size(); }
  const node_set& nodes() const noexcept { return alive_; }
  std::size_t node_count() const noexcept { return ids_by_name_.size(); }
  /// no_node where there is none of that name.
  node_id find_node(std::string_view name) const;
  /// n is in nodes().
  const k8s::node& node(node_id n) const noexcept { return *nodes_by_id_[n]; }

  // ---- columns ----------------------------------------------------------------------------------------------------

  const resource_names& resources() const noexcept { return resource_names_; }
  std::span<const std::int64_t> allocatable(resource_id r) const noexcept;
  std::span<const std::int64_t> requested(resource_id r) const noexcept;
  std::span<const std::int64_t> non_zero_cpu() const noexcept { return non_zero_cpu_; }
  std::span<const std::int64_t> non_zero_memory() const noexcept { return non_zero_memory_; }
  std::span<const std::int64_t> pod_count() const noexcept { return pod_count_; }
  std::span<const std::int64_t> allowed_pods() const noexcept { return allowed_pods_; }
  const node_set& unschedulable() const noexcept { return unschedulable_; }

  /// Nodes with equal taints share a number; number 0 is "no taints". A plugin judges each number once, not each node.
  using taint_set_id = std::uint32_t;
  std::span<const taint_set_id> taint_sets() const noexcept { return taint_set_of_; }
  std::size_t taint_set_count() const noexcept { return taint_set_list_.size(); }
  const std::vector<k8s::taint>& taints(taint_set_id id) const noexcept { return taint_set_list_[id]; }

  // ---- pods -------------------------------------------------------------------------------------------------------

  /// Unordered; valid until the next change.
  std::span<const pod_info> pods_on(node_id n) const noexcept;
  /// Nodes with at least one pod that has required anti-affinity terms: the rest need not be looked at for symmetry.
  const node_set& nodes_with_required_anti_affinity() const noexcept { return anti_affinity_nodes_; }
  /// Nodes with at least one pod that holds a host port.
  const node_set& nodes_with_host_ports() const noexcept { return host_port_nodes_; }

  /// All placed pods, on known nodes or not. f(const pod_info&, std::string_view node_name).
  template <class F>
  void for_each_placed(F&& f) const;

  /// The labels of a namespace, or nullptr where it is not known.
  const k8s::string_map* namespace_labels(std::string_view name) const;

  // ---- what changed -------------------------------------------------------------------------------------------------

  /// Lets a cache bring itself up to date: node numbers in order of change, newest last. A position is good until the log
  /// has moved on by more than its size (`changes_since` then answers false, and all nodes count as changed).
  std::uint64_t change_position() const noexcept;
  bool changes_since(std::uint64_t position, std::vector<node_id>& changed) const;
  /// Moves on when a node comes or goes, or its labels, taints, images or cordon change: not when pods do.
  std::uint64_t node_generation() const noexcept { return node_generation_; }
  /// Number of nodes that have an image of that (normalised) name, and its size there; see ImageLocality.
  struct image_state { std::int64_t size_bytes; std::size_t nodes; };
  const image_state* image(std::string_view normalised_name) const;

 private:
  // to be completed by the implementation
  std::vector<k8s::node_ptr> nodes_by_id_;
  node_set alive_;
  std::unordered_map<std::string, node_id> ids_by_name_;
  resource_names resource_names_;
  std::vector<std::vector<std::int64_t>> allocatable_;
  std::vector<std::vector<std::int64_t>> requested_;
  std::vector<std::int64_t> non_zero_cpu_;
  std::vector<std::int64_t> non_zero_memory_;
  std::vector<std::int64_t> pod_count_;
  std::vector<std::int64_t> allowed_pods_;
  node_set unschedulable_;
  std::vector<taint_set_id> taint_set_of_;
  std::vector<std::vector<k8s::taint>> taint_set_list_;
  node_set anti_affinity_nodes_;
  node_set host_port_nodes_;
  std::uint64_t node_generation_ = 0;
};

/// "What if": changes to a cluster that are undone, newest first, when this dies. For preemption, nominated pods,
/// simulation.
class what_if {
 public:
  explicit what_if(cluster& c) : cluster_(c) {}
  ~what_if() { undo(); }
  what_if(const what_if&) = delete;
  what_if& operator=(const what_if&) = delete;

  void place(const pod_info& pod, std::string_view node_name);
  void remove(std::string_view pod_uid);
  void undo();

 private:
  struct step { pod_info pod; std::string node_name; bool was_placed; };
  cluster& cluster_;
  std::vector<step> done_;
};

}  // namespace berth::scoring
