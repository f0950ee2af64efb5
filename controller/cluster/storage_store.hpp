#pragma once

#include "controller/cluster/cluster_change.hpp"
#include "k8s/watch/store.hpp"
#include "scoring/storage.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

/// What the watches show of one kind of storage, on its way into the index.
///
/// Part of `cluster_cache`, on its strand. An object that says nothing new for scheduling moves the index on (its
/// resourceVersion is what assumed objects and our writes are compared with) and is still told as an update, as
/// kube-scheduler's informers do.
namespace berth::controller {

/// Which table of the index, and what its events are called.
template <class Object>
struct storage_kind;

template <class Object>
class storage_store final : public k8s::store<Object> {
 public:
  using pointer = std::shared_ptr<const Object>;
  using kind = storage_kind<Object>;

  storage_store(scoring::storage& index, std::function<void(const cluster_change&)> happened,
                std::function<void()> listed)
      : index_(index), happened_(std::move(happened)), on_listed_(std::move(listed)) {}

  bool listed() const noexcept { return listed_; }

  void replaced(std::vector<pointer> all) override {
    std::set<typename kind::key> there;
    for (const pointer& o : all) there.insert(kind::key_of(*o));
    std::vector<pointer> gone;
    kind::table(index_).for_each([&](const pointer& o) {
      if (!there.contains(kind::key_of(*o))) gone.push_back(kind::table(index_).seen(kind::key_of(*o)));
    });
    for (pointer& o : gone) removed(std::move(o));
    for (pointer& o : all) applied(std::move(o));
    listed_ = true;
    on_listed_();
  }

  void applied(pointer object) override {
    pointer before = kind::table(index_).seen(kind::key_of(*object));
    if (before != nullptr && before->uid != object->uid) {
      removed(std::move(before));
      before = nullptr;
    }
    if (before != nullptr && *before == *object) return;  // listed again
    index_.set(object);
    const bool added = before == nullptr;
    happened_({kind::resource, added ? scoring::action_add : scoring::action_update,
               added ? kind::added : kind::updated, nullptr, nullptr, nullptr, nullptr,
               added ? owned_storage_object() : owned_storage_object(std::move(before)), std::move(object)});
  }

  void removed(pointer object) override {
    pointer last = kind::table(index_).seen(kind::key_of(*object));
    if (last == nullptr || last->uid != object->uid) return;
    index_.remove(*last);
    happened_({kind::resource,
               scoring::action_delete,
               kind::deleted,
               nullptr,
               nullptr,
               nullptr,
               nullptr,
               owned_storage_object(std::move(last)),
               {}});
  }

 private:
  scoring::storage& index_;
  std::function<void(const cluster_change&)> happened_;
  std::function<void()> on_listed_;
  bool listed_ = false;
};

template <class Object, scoring::event_resource Resource, auto Table>
struct named_storage_kind {
  using key = std::string;
  static constexpr scoring::event_resource resource = Resource;
  static const key& key_of(const Object& o) { return o.name; }
  static auto& table(scoring::storage& s) { return s.*Table; }
};
template <class Object, scoring::event_resource Resource, auto Table>
struct keyed_storage_kind {
  using key = k8s::object_key;
  static constexpr scoring::event_resource resource = Resource;
  static const key& key_of(const Object& o) { return o.key; }
  static auto& table(scoring::storage& s) { return s.*Table; }
};

template <>
struct storage_kind<k8s::persistent_volume>
    : named_storage_kind<k8s::persistent_volume, scoring::event_resource::persistent_volume,
                         &scoring::storage::volumes> {
  static constexpr const char *added = "PersistentVolumeAdd", *updated = "PersistentVolumeUpdate",
                              *deleted = "PersistentVolumeDelete";
};
template <>
struct storage_kind<k8s::persistent_volume_claim>
    : keyed_storage_kind<k8s::persistent_volume_claim, scoring::event_resource::persistent_volume_claim,
                         &scoring::storage::claims> {
  static constexpr const char *added = "PersistentVolumeClaimAdd", *updated = "PersistentVolumeClaimUpdate",
                              *deleted = "PersistentVolumeClaimDelete";
};
template <>
struct storage_kind<k8s::storage_class>
    : named_storage_kind<k8s::storage_class, scoring::event_resource::storage_class, &scoring::storage::classes> {
  static constexpr const char *added = "storage.k8s.io/StorageClassAdd", *updated = "storage.k8s.io/StorageClassUpdate",
                              *deleted = "storage.k8s.io/StorageClassDelete";
};
template <>
struct storage_kind<k8s::csi_node>
    : named_storage_kind<k8s::csi_node, scoring::event_resource::csi_node, &scoring::storage::csi_nodes> {
  static constexpr const char *added = "storage.k8s.io/CSINodeAdd", *updated = "storage.k8s.io/CSINodeUpdate",
                              *deleted = "storage.k8s.io/CSINodeDelete";
};
template <>
struct storage_kind<k8s::csi_driver>
    : named_storage_kind<k8s::csi_driver, scoring::event_resource::csi_driver, &scoring::storage::csi_drivers> {
  static constexpr const char *added = "storage.k8s.io/CSIDriverAdd", *updated = "storage.k8s.io/CSIDriverUpdate",
                              *deleted = "storage.k8s.io/CSIDriverDelete";
};
template <>
struct storage_kind<k8s::csi_storage_capacity>
    : keyed_storage_kind<k8s::csi_storage_capacity, scoring::event_resource::csi_storage_capacity,
                         &scoring::storage::capacities> {
  static constexpr const char *added = "storage.k8s.io/CSIStorageCapacityAdd",
                              *updated = "storage.k8s.io/CSIStorageCapacityUpdate",
                              *deleted = "storage.k8s.io/CSIStorageCapacityDelete";
};
template <>
struct storage_kind<k8s::volume_attachment>
    : named_storage_kind<k8s::volume_attachment, scoring::event_resource::volume_attachment,
                         &scoring::storage::attachments> {
  static constexpr const char *added = "storage.k8s.io/VolumeAttachmentAdd",
                              *updated = "storage.k8s.io/VolumeAttachmentUpdate",
                              *deleted = "storage.k8s.io/VolumeAttachmentDelete";
};

}  // namespace berth::controller
