#include "k8s/codec/decode.hpp"
#include "k8s/text/utf8.hpp"
#include "test/fuzz/fuzz.hpp"

/// Bytes as an event of a watch in protobuf, and as an object of each form.
namespace berth::fuzz {

namespace {

template <class Object>
void decode(std::string_view bytes, std::string_view kind) {
  const auto object = k8s::decode_object<Object>(k8s::encoded{bytes, k8s::encoding::protobuf, kind});
  if (!object) return check(object.error());
  if constexpr (requires { (*object)->key; }) promise(k8s::is_utf8((*object)->key.name), "texts are UTF-8");
}

}  // namespace

void protobuf(std::string_view bytes) {
  using event = k8s::watch_event<k8s::pod>;
  const auto e = k8s::decode_watch_event<k8s::pod>(k8s::encoded{bytes, k8s::encoding::protobuf});
  if (!e) {
    check(e.error());
  } else {
    const bool has_object = e->what != event::type::bookmark && e->what != event::type::error;
    promise((e->object != nullptr) == has_object, "an object comes where there is one");
  }
  if (const auto s = k8s::decode_status(k8s::encoded{bytes, k8s::encoding::protobuf}); !s) check(s.error());
  decode<k8s::pod>(bytes, "Pod");
  decode<k8s::node>(bytes, "Node");
  decode<k8s::namespace_object>(bytes, "Namespace");
  decode<k8s::persistent_volume>(bytes, "PersistentVolume");
  decode<k8s::persistent_volume_claim>(bytes, "PersistentVolumeClaim");
  decode<k8s::csi_node>(bytes, "CSINode");
  decode<k8s::csi_storage_capacity>(bytes, "CSIStorageCapacity");
  decode<k8s::disruption_budget>(bytes, "PodDisruptionBudget");
  decode<k8s::selecting_workload<k8s::workload_selecting>>(bytes, "ReplicaSet");
}

}  // namespace berth::fuzz
