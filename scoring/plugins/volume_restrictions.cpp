#include "scoring/explains.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/plugins/pod_claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

/// VolumeRestrictions keeps pods apart that name one disk which only one of them can have: a GCE disk, an EBS volume,
/// an iSCSI target or an RBD image, on one node; or a claim with the access mode ReadWriteOncePod, anywhere. It reads
/// the pod's volumes and its claims, the volumes of the pods on a node, and which claims placed pods mount.
/// Upstream: plugins/volumerestrictions.
namespace berth::scoring {

namespace {

constexpr auto disk_taken = "node(s) had no available disk";
constexpr auto claim_taken =
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod";

bool may_conflict(const k8s::volume& v) {
  if (!v.source) return false;
  switch (v.source->kind) {
    case k8s::disk_kind::gce_pd:
    case k8s::disk_kind::aws_ebs:
    case k8s::disk_kind::iscsi:
    case k8s::disk_kind::rbd:
      return true;
    case k8s::disk_kind::csi:
    case k8s::disk_kind::azure_disk:
    case k8s::disk_kind::azure_file:
    case k8s::disk_kind::cinder:
    case k8s::disk_kind::vsphere:
    case k8s::disk_kind::portworx:
      return false;
  }
  return false;
}

bool share_a_monitor(const k8s::disk& a, const k8s::disk& b) {
  return std::any_of(a.monitors.begin(), a.monitors.end(), [&](const std::string& m) {
    return std::find(b.monitors.begin(), b.monitors.end(), m) != b.monitors.end();
  });
}

/// Two pods may read one disk; an EBS volume is never shared.
bool conflict(const k8s::disk& a, const k8s::disk& b) {
  if (a.kind != b.kind || a.id != b.id) return false;
  if (a.kind == k8s::disk_kind::aws_ebs) return true;
  if (a.kind == k8s::disk_kind::rbd && (a.pool != b.pool || !share_a_monitor(a, b))) return false;
  return !(a.read_only && b.read_only);
}

bool conflict(const std::vector<const k8s::disk*>& disks, const k8s::pod_spec& other) {
  return std::any_of(other.volumes.begin(), other.volumes.end(), [&](const k8s::volume& v) {
    return may_conflict(v) &&
           std::any_of(disks.begin(), disks.end(), [&](const k8s::disk* d) { return conflict(*d, *v.source); });
  });
}

std::vector<const k8s::disk*> disks_of(const k8s::pod_spec& spec) {
  std::vector<const k8s::disk*> disks;
  for (const k8s::volume& v : spec.volumes)
    if (may_conflict(v)) disks.push_back(&*v.source);
  return disks;
}

struct wanted {
  std::set<std::string> for_one_pod;  ///< names of claims that only one pod may mount
  /// How many of them are in use. A claim that two pods hold, where somebody placed one by hand, counts once, and no
  /// more when one of the two goes, as upstream has it: "there can only be at most one pod".
  int in_use = 0;
  std::map<std::string, std::string> holders = {};  ///< of these, for explain: looked for once
};

class volume_restrictions final : public plugin,
                                  public pre_filter_plugin,
                                  public pre_filter_extensions,
                                  public filter_plugin,
                                  public explains {
 public:
  std::string_view name() const override { return "VolumeRestrictions"; }
  dependencies reads() const override { return {pod_volumes, reach::anywhere}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::assigned_pod, action_delete},
            {event_resource::node, action_add},
            {event_resource::persistent_volume_claim, action_add}};
  }
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    if (const auto* claim = e.now<k8s::persistent_volume_claim>()) return names(*pod.pod, *claim);
    if (e.resource != event_resource::assigned_pod || e.old_pod == nullptr) return true;
    const k8s::pod& gone = *e.old_pod;
    if (gone.key.namespace_ != pod.pod->key.namespace_) return false;
    if (conflict(disks_of(pod.spec()), *gone.spec)) return true;
    const std::vector<std::string> mine = named_claims_of(pod.spec());
    const std::vector<std::string> freed = named_claims_of(*gone.spec);
    return std::any_of(freed.begin(), freed.end(),
                       [&](const std::string& c) { return std::find(mine.begin(), mine.end(), c) != mine.end(); });
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle) const override {
    wanted w;
    for (const std::string& name : named_claims_of(pod.spec())) {
      const auto* claim = nodes.storage().claim({pod.pod->key.namespace_, name});
      if (claim == nullptr) return {status::unresolvable(not_found(claim_resource, name)), std::nullopt};
      if (std::find(claim->access_modes.begin(), claim->access_modes.end(), "ReadWriteOncePod") !=
          claim->access_modes.end())
        w.for_one_pod.insert(name);
    }
    for (const std::string& name : w.for_one_pod)
      if (nodes.claim_in_use({pod.pod->key.namespace_, name})) ++w.in_use;
    const bool skips = disks_of(pod.spec()).empty() && w.in_use == 0;
    cycle.of<wanted>(this, [&] { return std::move(w); });
    return {skips ? status::skipped() : status::ok(), std::nullopt};
  }

  status add_pod(const pod_info&, const cluster&, cycle_state& cycle, const pod_info& added, node_id) const override {
    return count(cycle, added, 1);
  }
  status remove_pod(const pod_info&, const cluster&, cycle_state& cycle, const pod_info& removed,
                    node_id) const override {
    return count(cycle, removed, -1);
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle, filter_column& column) const override {
    if (const std::vector<const k8s::disk*> disks = disks_of(pod.spec()); !disks.empty()) {
      const refusal_id why = column.reason(status::refuse(disk_taken));
      column.for_each([&](node_id n) {
        for (const pod_info& there : nodes.pods_on(n))
          if (!there.spec().volumes.empty() && conflict(disks, there.spec())) return column.refuse(n, why);
      });
    }
    const wanted* w = cycle.find<wanted>(this);
    if (w == nullptr || w->in_use <= 0) return;
    column.keep_only(node_set(column.nodes().universe()), column.reason(status::refuse(claim_taken)));
  }

  /// Who has the disk or the claim.
  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                 node_id n) const override {
    std::vector<shortfall> all;
    const std::vector<const k8s::disk*> disks = disks_of(pod.spec());
    for (const pod_info& there : nodes.pods_on(n)) {
      if (disks.empty() || !conflict(disks, there.spec())) continue;
      all.push_back({.what = "its disk is in use on the node", .here = "by pod " + there.pod->key.text()});
      break;
    }
    wanted* w = cycle.find<wanted>(this);
    if (w == nullptr || w->in_use <= 0) return all;
    for (const std::string& name : w->for_one_pod) {
      const auto [there, is_new] = w->holders.try_emplace(name);
      if (is_new) there->second = holder_of({pod.pod->key.namespace_, name}, nodes);
      const std::string& who = there->second;
      if (!who.empty())
        all.push_back(
            {.what = fmt::format("claim {} is for one pod alone (ReadWriteOncePod), and {} has it", name, who)});
    }
    return all;
  }

 private:
  static std::string holder_of(const k8s::object_key& claim, const cluster& nodes) {
    std::string who;
    nodes.for_each_placed([&](const pod_info& placed, std::string_view node) {
      if (!who.empty() || placed.pod->key.namespace_ != claim.namespace_) return;
      const std::vector<std::string> names = named_claims_of(placed.spec());
      if (std::find(names.begin(), names.end(), claim.name) != names.end())
        who = fmt::format("pod {} on {}", placed.pod->key.text(), node);
    });
    return who;
  }

  // By name alone, whatever the other pod's namespace, as upstream.
  status count(cycle_state& cycle, const pod_info& other, int by) const {
    wanted* w = cycle.find<wanted>(this);
    if (w == nullptr) return status::failed("no PreFilter was run");
    for (const k8s::volume& v : other.spec().volumes)
      if (v.kind == k8s::volume_kind::claim && w->for_one_pod.contains(v.reference)) w->in_use += by;
    return status::ok();
  }
};

}  // namespace

std::unique_ptr<plugin> make_volume_restrictions(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<volume_restrictions>();
}

}  // namespace berth::scoring
