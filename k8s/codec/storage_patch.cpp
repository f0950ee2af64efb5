#include "k8s/codec/storage_patch.hpp"

#include "k8s/text/json_writer.hpp"

namespace berth::k8s {

std::string encode_claim_of(const persistent_volume& volume) {
  json_writer w;
  w.begin_object().begin_object("metadata").member("resourceVersion", volume.resource_version);
  if (volume.bound_by_controller)
    w.begin_object("annotations").member("pv.kubernetes.io/bound-by-controller", "yes").end_object();
  w.end_object().begin_object("spec").begin_object("claimRef");
  w.member("apiVersion", "v1").member("kind", "PersistentVolumeClaim");
  w.member("namespace", volume.claim->key.namespace_).member("name", volume.claim->key.name);
  w.member("uid", volume.claim->uid).end_object().end_object().end_object();
  return w.take();
}

std::string encode_selected_node_of(const persistent_volume_claim& claim) {
  json_writer w;
  w.begin_object().begin_object("metadata").member("resourceVersion", claim.resource_version);
  w.begin_object("annotations").member("volume.kubernetes.io/selected-node", *claim.selected_node).end_object();
  w.end_object().end_object();
  return w.take();
}

}  // namespace berth::k8s
