#pragma once

#include "k8s/api/storage.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The objects of storage as a decision sees them: those that the watches show, with what is assumed laid over.
///
///   const k8s::persistent_volume_claim* claim = nodes.storage().claim({"default", "data"});
///   if (claim != nullptr && !claim->volume_name.empty()) volume = nodes.storage().volume(claim->volume_name);
///
/// Assumed are volumes and claims that a PreBind plugin is about to write, from Reserve on: so that no other pod is
/// given the same volume meanwhile. An assumed object counts while the one that is seen has the same resourceVersion:
/// any newer one ends it. Upstream: plugins/volumebinding, passiveAssumeCache.
///
/// Owned by the cluster, on its strand. Pointers are good until the next change.
namespace berth::scoring {

/// Objects of one kind by their key, with what is assumed of them.
template <class Object, class Key>
class storage_table {
 public:
  using pointer = std::shared_ptr<const Object>;

  /// As assumed, or as seen; nullptr where there is none.
  const Object* find(const Key& key) const {
    const auto there = entries_.find(key);
    return there == entries_.end() ? nullptr : there->second.current().get();
  }
  pointer share(const Key& key) const {
    const auto there = entries_.find(key);
    return there == entries_.end() ? nullptr : there->second.current();
  }
  /// As seen, whatever is assumed.
  pointer seen(const Key& key) const {
    const auto there = entries_.find(key);
    return there == entries_.end() ? nullptr : there->second.seen;
  }
  bool is_assumed(const Key& key) const {
    const auto there = entries_.find(key);
    return there != entries_.end() && there->second.assumed != nullptr;
  }
  /// In the order of their keys.
  template <class Function>
  void for_each(Function&& f) const {
    for (const auto& [key, e] : entries_) f(e.current());
  }
  std::size_t size() const noexcept { return entries_.size(); }

  // ---- for the cluster's writer -----------------------------------------------------------------------------------

  void set(const Key& key, pointer object) {
    entry& e = entries_[key];
    if (e.assumed != nullptr && e.assumed->resource_version != object->resource_version) e.assumed = nullptr;
    e.seen = std::move(object);
  }
  void remove(const Key& key) { entries_.erase(key); }
  /// False, and nothing, where what is seen has another resourceVersion.
  bool assume(const Key& key, pointer object) {
    const auto there = entries_.find(key);
    if (there == entries_.end() || there->second.seen->resource_version != object->resource_version) return false;
    there->second.assumed = std::move(object);
    return true;
  }
  void restore(const Key& key, const Object& object) {
    const auto there = entries_.find(key);
    if (there == entries_.end() || there->second.assumed == nullptr) return;
    if (there->second.assumed->resource_version == object.resource_version) there->second.assumed = nullptr;
  }

 private:
  struct entry {
    pointer seen;
    pointer assumed;
    const pointer& current() const noexcept { return assumed != nullptr ? assumed : seen; }
  };
  std::map<Key, entry, std::less<>> entries_;
};

class storage {
 public:
  // ---- what plugins read ------------------------------------------------------------------------------------------

  const k8s::persistent_volume* volume(const std::string& name) const { return volumes.find(name); }
  const k8s::persistent_volume_claim* claim(const k8s::object_key& key) const { return claims.find(key); }
  const k8s::storage_class* storage_class(const std::string& name) const { return classes.find(name); }
  /// nullptr where the node has none.
  const k8s::csi_node* csi_node(const std::string& node) const { return csi_nodes.find(node); }
  const k8s::csi_driver* csi_driver(const std::string& name) const { return csi_drivers.find(name); }
  /// By name.
  std::vector<k8s::volume_ptr> volumes_of_class(const std::string& name) const;
  std::vector<k8s::csi_storage_capacity_ptr> capacities_of_class(const std::string& name) const;
  std::vector<k8s::volume_attachment_ptr> attachments_on(const std::string& node) const;
  /// f(const std::string& node, std::size_t how_many), for each node that something is attached to.
  template <class Function>
  void for_each_node_attached_to(Function&& f) const {
    for (const auto& [node, attached] : attachments_by_node_) f(node, attached.size());
  }
  /// Each moves on when an object of its kind comes, changes or goes.
  std::uint64_t csi_node_generation() const noexcept { return csi_node_generation_; }
  std::uint64_t attachment_generation() const noexcept { return attachment_generation_; }

  // ---- what the process writes ------------------------------------------------------------------------------------

  void set(k8s::volume_ptr volume);
  void set(k8s::claim_ptr claim);
  void set(k8s::storage_class_ptr cls);
  void set(k8s::csi_node_ptr node);
  void set(k8s::csi_driver_ptr driver);
  void set(k8s::csi_storage_capacity_ptr capacity);
  void set(k8s::volume_attachment_ptr attachment);
  void remove(const k8s::persistent_volume& volume);
  void remove(const k8s::persistent_volume_claim& claim);
  void remove(const k8s::storage_class& cls);
  void remove(const k8s::csi_node& node);
  void remove(const k8s::csi_driver& driver);
  void remove(const k8s::csi_storage_capacity& capacity);
  void remove(const k8s::volume_attachment& attachment);
  bool assume(k8s::volume_ptr volume);
  bool assume(k8s::claim_ptr claim);
  void restore(const k8s::persistent_volume& volume);
  void restore(const k8s::persistent_volume_claim& claim);

  storage_table<k8s::persistent_volume, std::string> volumes;
  storage_table<k8s::persistent_volume_claim, k8s::object_key> claims;
  storage_table<k8s::storage_class, std::string> classes;
  storage_table<k8s::csi_node, std::string> csi_nodes;
  storage_table<k8s::csi_driver, std::string> csi_drivers;
  storage_table<k8s::csi_storage_capacity, k8s::object_key> capacities;
  storage_table<k8s::volume_attachment, std::string> attachments;

 private:
  void leave_class(const k8s::persistent_volume& volume);
  void leave_class(const k8s::csi_storage_capacity& capacity);
  void leave_node(const k8s::volume_attachment& attachment);

  template <class Key>
  using group = std::map<std::string, std::map<Key, bool>, std::less<>>;
  group<std::string> volumes_by_class_;
  group<k8s::object_key> capacities_by_class_;
  group<std::string> attachments_by_node_;
  std::uint64_t csi_node_generation_ = 1;
  std::uint64_t attachment_generation_ = 1;
};

}  // namespace berth::scoring
