#include "k8s/codec/decode.hpp"
#include "test/fuzz/fuzz.hpp"

/// A text as each kind of object that volumes are made of.
namespace berth::fuzz {

namespace {

template <class Object>
void decode(std::string_view bytes) {
  const auto object = k8s::decode_object<Object>(bytes);
  if (!object) return check(object.error());
  const auto again = k8s::decode_object<Object>(bytes);
  promise(again && **again == **object, "decoded twice it is the same");
}

}  // namespace

void storage_objects(std::string_view bytes) {
  decode<k8s::persistent_volume>(bytes);
  decode<k8s::persistent_volume_claim>(bytes);
  decode<k8s::storage_class>(bytes);
  decode<k8s::csi_node>(bytes);
  decode<k8s::csi_driver>(bytes);
  decode<k8s::csi_storage_capacity>(bytes);
  decode<k8s::volume_attachment>(bytes);
}

}  // namespace berth::fuzz
