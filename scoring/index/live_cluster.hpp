#pragma once

#include "k8s/text/keyed_hash.hpp"
#include "scoring/cluster.hpp"
#include "scoring/index/image_index.hpp"
#include "scoring/index/image_pool.hpp"
#include "scoring/index/index_parts.hpp"
#include "scoring/index/name_map.hpp"
#include "scoring/index/spec_table.hpp"
#include "scoring/index/taint_numbers.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The cluster's writer: takes Kubernetes' objects and keeps what plugins read (cluster.hpp) up to date.
///
///   live_cluster nodes;
///   nodes.set_node(node);
///   const pod_info pod = nodes.intern(std::move(decoded));   // equal specs become one object
///   nodes.place(pod, "node-1");
///
/// Owned by the process (controller::cluster_cache), or by whoever judges a file, and used on one strand. A scheduling
/// cycle reads it live and nothing is copied. No I/O, no clock; no call fails.
namespace berth::scoring {

class live_cluster final : public cluster {
 public:
  live_cluster();
  ~live_cluster() override;

  // ---- what the process writes ------------------------------------------------------------------------------------

  /// Adds the node, or takes over its new state. Returns its number, which stays until it is removed. A state that
  /// differs in nothing that is read here is no change.
  node_id set_node(k8s::node_ptr node);
  void remove_node(std::string_view name);

  /// The node with the images that other nodes have too, each one object, for who keeps it and will `set_node` it.
  k8s::node_ptr with_shared_images(k8s::node_ptr node) { return image_pool_.share(std::move(node)); }

  /// Specs of equal content become one object, and what is computed from a spec is computed once. A pod without a uid
  /// (in a file that somebody wrote) gets "namespace/name" for one.
  pod_info intern(k8s::pod_ptr pod);
  /// The pod with the one spec object of its content, for who keeps it and has no use for `intern` yet.
  k8s::pod_ptr with_shared_spec(k8s::pod_ptr pod);
  /// Told when pods that were interned have gone, placed or not: so many are left. What is kept for them shrinks with
  /// them.
  void pods_left(std::size_t count) { specs_.pods_left(count); }

  /// Places the pod on the node of that name. A pod with this uid that is placed already is replaced (moved, resized).
  /// A terminal pod takes no room: placing it removes it. The pod comes from `intern`.
  void place(const pod_info& pod, std::string_view node_name);
  /// No-op where the pod is not placed.
  void remove(std::string_view pod_uid);

  /// Who waits for room on which node; see nominations.hpp.
  scoring::nominations& nominations() noexcept { return nominations_; }

  void set_disruption_budget(k8s::disruption_budget_ptr budget);
  void remove_disruption_budget(const k8s::object_key& key);

  void set_namespace(k8s::namespace_ptr ns);
  void remove_namespace(std::string_view name);

  /// To be told of services and workloads.
  scoring::workload_selectors& workload_selectors() noexcept { return workload_selectors_; }
  using cluster::workload_selectors;
  /// The objects of storage are written here.
  using cluster::storage;
  scoring::storage& storage() noexcept { return storage_; }

  // ---- what plugins read by name ----------------------------------------------------------------------------------

  node_id find_node(std::string_view name) const override;
  void for_each_placed(const std::function<void(const pod_info&, std::string_view node_name)>& f) const override;
  std::size_t placed_count() const noexcept override { return seats_.size(); }
  const pod_info* find_placed(std::string_view pod_uid) const override;
  std::string_view node_name_of(std::string_view pod_uid) const override;
  const demand* held_by(std::string_view pod_uid) const override;
  const k8s::string_map* namespace_labels(std::string_view name) const override;
  void for_each_namespace(const std::function<void(const k8s::namespace_object&)>& f) const override;
  const image_state* image(std::string_view name) const override { return images_.find(name); }

 private:
  /// A node name with the pods placed on it; the node itself where it is known.
  struct host : row {
    std::string name;
    node_id id = no_node;
    std::vector<std::string> numbered;  ///< the node's resources that have columns, beside the fixed three
    image_index::held images;
  };
  /// Where a pod is: the index in its host's list, so that it leaves in one step.
  struct seat {
    host* where;
    std::size_t index;
    std::unique_ptr<const demand> held;  ///< only where it is not the pod's requests
  };

  const index_part& find_part(const std::type_info& type, std::unique_ptr<index_part> (*make)()) const override;
  host& host_named(std::string_view name);
  void drop_if_unused(host& h);
  node_id take_number();
  void log_node(node_id n);
  void add_column(resource_id r);
  void set_allocatable(host& h, const k8s::resource_list& amounts);
  void enter(host& h, const pod_info& pod, const demand& held);
  void leave(host& h, const pod_info& pod, const demand& held);
  void count_claims(const pod_info& pod, bool placed);
  const demand& demand_at(const seat& s) const;

  name_map<std::unique_ptr<host>> hosts_;
  std::vector<node_id> free_ids_;
  k8s::view_map<seat> seats_;  ///< by uid; the key is the placed pod's own
  spec_table specs_;
  image_index images_;
  image_pool image_pool_;
  taint_numbers taint_numbers_{taint_set_list_};
  name_map<k8s::namespace_ptr> namespaces_;
  mutable index_parts parts_;  ///< made when plugins first ask for them
};

}  // namespace berth::scoring
