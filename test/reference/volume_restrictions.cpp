#include "test/reference/claims.hpp"
#include "test/reference/plugins.hpp"

#include <algorithm>

/// VolumeRestrictions: some disks cannot be mounted by two pods of a node, and a claim with the access mode
/// ReadWriteOncePod by no two pods at all.
namespace berth::reference {

namespace {

bool is_restricted(const k8s::volume& v) {
  using k8s::disk_kind;
  return v.source && (v.source->kind == disk_kind::gce_pd || v.source->kind == disk_kind::aws_ebs ||
                      v.source->kind == disk_kind::iscsi || v.source->kind == disk_kind::rbd);
}

bool overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (const std::string& one : a)
    for (const std::string& other : b)
      if (one == other) return true;
  return false;
}

/// Upstream: isVolumeConflict, one volume of a kind beside another of that kind.
bool conflict(const k8s::disk& a, const k8s::disk& b) {
  if (a.kind != b.kind) return false;
  const bool both_read = a.read_only && b.read_only;
  switch (a.kind) {
    case k8s::disk_kind::gce_pd:
    case k8s::disk_kind::iscsi:
      return a.id == b.id && !both_read;
    case k8s::disk_kind::aws_ebs:
      return a.id == b.id;
    case k8s::disk_kind::rbd:
      return overlap(a.monitors, b.monitors) && a.pool == b.pool && a.id == b.id && !both_read;
    default:
      return false;
  }
}

class volume_restrictions final : public plugin_base<volume_restrictions> {
 public:
  status pre_filter(const question& q, std::optional<std::set<std::string>>&) override {
    for (const mounted_claim& c : claims_of(q.pod)) {
      if (c.ephemeral) continue;
      const auto* claim = q.cluster.find_claim(q.pod.key.namespace_, c.name);
      if (claim == nullptr) return refuse_for_good(not_found("persistentvolumeclaim", c.name));
      const auto& modes = claim->access_modes;
      if (std::find(modes.begin(), modes.end(), "ReadWriteOncePod") != modes.end()) for_one_pod_.insert(c.name);
    }
    for (const std::string& name : for_one_pod_)
      if (is_used(q, name)) ++users_;
    const auto& volumes = q.pod.spec->volumes;
    return users_ == 0 && std::none_of(volumes.begin(), volumes.end(), is_restricted) ? skip() : status{};
  }
  void add_pod(const question&, const k8s::pod& other, const k8s::node&) override { users_ += mentions(other); }
  void remove_pod(const question&, const k8s::pod& other, const k8s::node&) override { users_ -= mentions(other); }

  status filter(const question& q, const node_state& n) override {
    for (const k8s::volume& own : q.pod.spec->volumes)
      for (const k8s::pod_ptr& other : n.pods)
        for (const k8s::volume& there : other->spec->volumes)
          if (is_restricted(own) && is_restricted(there) && conflict(*own.source, *there.source))
            return refuse("node(s) had no available disk");
    if (users_ <= 0) return {};
    return refuse(
        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another "
        "pod");
  }

 private:
  static bool is_used(const question& q, const std::string& claim) {
    for (const node_state& n : q.cluster.nodes)
      for (const k8s::pod_ptr& p : n.pods)
        for (const mounted_claim& c : claims_of(*p))
          if (!c.ephemeral && c.name == claim && p->key.namespace_ == q.pod.key.namespace_) return true;
    return false;
  }
  /// By name alone, whatever the namespace, as upstream.
  int mentions(const k8s::pod& other) const {
    int count = 0;
    for (const mounted_claim& c : claims_of(other))
      if (!c.ephemeral && for_one_pod_.contains(c.name)) ++count;
    return count;
  }

  std::set<std::string> for_one_pod_;
  int users_ = 0;
};

}  // namespace

std::unique_ptr<plugin> make_volume_restrictions(const k8s::value&) { return std::make_unique<volume_restrictions>(); }

}  // namespace berth::reference
