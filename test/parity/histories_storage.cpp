#include "test/parity/histories.hpp"

#include <memory>
#include <utility>

namespace berth::test {

namespace {

// What an object of storage is known by.
const std::string& key_of(const auto& object) { return object.name; }
const k8s::object_key& key_of(const k8s::persistent_volume_claim& c) { return c.key; }
const k8s::object_key& key_of(const k8s::csi_storage_capacity& c) { return c.key; }

}  // namespace

/// Sets an object of some kind, or removes one.
void two_clusters::change_storage(dice& d) {
  const auto change = [&](auto& list, auto object) {
    const bool remove = d.one_in(5);
    const auto shared = std::make_shared<const decltype(object)>(std::move(object));
    std::erase_if(list, [&](const auto& o) { return key_of(*o) == key_of(*shared); });
    if (remove) return live.storage().remove(*shared);
    list.push_back(shared);
    live.storage().set(shared);
  };
  switch (d.below(10)) {
    case 0:
    case 1:
      return change(objects.volumes, random_volume(d));
    case 2:
    case 3:
    case 4:
      return change(objects.claims, random_claim(d));
    case 5:
      return change(objects.storage_classes, random_storage_class(d));
    case 6:
      return change(objects.csi_nodes, random_csi_node(d));
    case 7:
      return change(objects.csi_drivers, random_csi_driver(d));
    case 8:
      return change(objects.csi_storage_capacities, random_capacity(d));
    default:
      return change(objects.volume_attachments, random_attachment(d));
  }
}

}  // namespace berth::test
