#include "scoring/remedies/remedy_search.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

/// Claims that are not there, and claims that have no volume yet: a claim with a volume that any node can reach is laid
/// in their place, to see whether it is they that are in the way.
namespace berth::scoring {

namespace {

// A claim with its volume, in the place of what is there, for as long as this lives.
class bound_claim {
 public:
  bound_claim(storage& objects, k8s::persistent_volume_claim claim)
      : objects_(objects), before_(objects.claims.seen(claim.key)) {
    k8s::persistent_volume volume;
    volume.name = "berth-remedy";
    while (objects_.volume(volume.name) != nullptr) volume.name += "x";
    volume.uid = volume.name;
    volume.claim = k8s::claim_reference{claim.key, claim.uid};
    volume.access_modes = claim.access_modes;
    volume.class_name = claim.storage_class();
    claim.volume_name = volume.name;
    claim.bind_completed = true;
    claim.has_annotations = true;
    volume_ = std::make_shared<const k8s::persistent_volume>(std::move(volume));
    claim_ = std::make_shared<const k8s::persistent_volume_claim>(std::move(claim));
    objects_.set(volume_);
    objects_.set(claim_);
  }
  ~bound_claim() {
    objects_.remove(*claim_);
    if (before_ != nullptr) objects_.set(before_);
    objects_.remove(*volume_);
  }
  bound_claim(const bound_claim&) = delete;
  bound_claim& operator=(const bound_claim&) = delete;

 private:
  storage& objects_;
  const k8s::claim_ptr before_;
  k8s::volume_ptr volume_;
  k8s::claim_ptr claim_;
};

void try_new_claim(remedy_search& search, live_cluster& nodes, const k8s::volume& volume, const k8s::object_key& key) {
  k8s::persistent_volume_claim claim;
  claim.key = key;
  claim.uid = "berth-remedy";
  claim.access_modes = {"ReadWriteOnce"};
  remedy r{.change = "create-claim", .text = "create the claim " + key.text(), .how_much = remedy::effort::small};
  if (volume.kind == k8s::volume_kind::ephemeral) {
    claim.owner = k8s::controller_owner{"v1", "Pod", search.pod().pod->key.name, search.pod().pod->uid};
    r.change = "wait";
    r.text = fmt::format("wait until the claim {} of its ephemeral volume has been made", key.text());
    r.how_much = remedy::effort::wait;
  }
  const bound_claim there(nodes.storage(), std::move(claim));
  search.add(std::move(r), search.fits(search.pod()));
}

void try_new_volume(remedy_search& search, live_cluster& nodes, const k8s::persistent_volume_claim& claim) {
  if (claim.fully_bound() || claim.deleted || claim.lost) return;
  const std::string text = fmt::format("provide a volume for the claim {}", claim.key.text());
  const bound_claim with(nodes.storage(), claim);
  search.add({.change = "provide-volume", .text = text, .how_much = remedy::effort::node}, search.fits(search.pod()));
}

}  // namespace

std::optional<k8s::object_key> claim_of(const pod_info& pod, const k8s::volume& volume) {
  const k8s::object_key& own = pod.pod->key;
  if (volume.kind == k8s::volume_kind::claim) return k8s::object_key{own.namespace_, volume.reference};
  if (volume.kind == k8s::volume_kind::ephemeral) return k8s::object_key{own.namespace_, own.name + "-" + volume.name};
  return std::nullopt;
}

void try_claims(remedy_search& search, live_cluster& nodes) {
  std::size_t tried = 0;
  for (const k8s::volume& volume : search.pod().spec().volumes) {
    const auto key = claim_of(search.pod(), volume);
    if (!key) continue;
    if (tried++ == most_of_a_kind) return search.leave_out();
    if (const k8s::persistent_volume_claim* claim = nodes.storage().claim(*key))
      try_new_volume(search, nodes, *claim);
    else
      try_new_claim(search, nodes, volume, *key);
  }
}

}  // namespace berth::scoring
