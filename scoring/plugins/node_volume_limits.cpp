#include "scoring/explains.hpp"
#include "scoring/plugins/attached_volumes.hpp"
#include "scoring/plugins/csi_migration.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/plugins/pod_claims.hpp"
#include "scoring/plugins/volume_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

/// NodeVolumeLimits refuses nodes to which no further volume of a CSI driver can be attached, and those without a
/// driver that a CSIDriver says must be there. It reads the pod's volumes, those of the pods on a node, claims, volumes
/// and classes, the CSINode and the VolumeAttachments. Upstream: plugins/nodevolumelimits.
namespace berth::scoring {

namespace {

constexpr auto exceeded = "node(s) exceed max volume count";

bool has_counted(const k8s::pod_spec& spec) {
  return std::any_of(spec.volumes.begin(), spec.volumes.end(), may_be_attached);
}

std::int32_t limit_of(const k8s::csi_node& node, std::string_view driver) {
  std::int32_t limit = 0;
  for (const k8s::csi_node::driver& d : node.drivers)
    if (d.name == driver) limit = d.limit.value_or(0);
  return limit;
}

/// Upstream: isSchedulableAfterCSINodeUpdated.
bool more_fit(const k8s::csi_node& before, const k8s::csi_node& now) {
  return std::any_of(now.drivers.begin(), now.drivers.end(),
                     [&](const k8s::csi_node::driver& d) { return d.limit.value_or(0) > limit_of(before, d.name); });
}

/// Whether the attachment that is gone may have made room. Upstream: isSchedulableAfterVolumeAttachmentDeleted.
bool may_use(const k8s::pod_spec& spec, const k8s::volume_attachment& gone) {
  for (const k8s::volume& v : spec.volumes) {
    if (v.kind == k8s::volume_kind::claim) return true;
    if (!v.source || in_tree_plugin_of(v.source->kind) == nullptr) continue;
    const csi_volume csi = inline_to_csi(*v.source);
    if (!csi.error.empty() || csi.driver == gone.attacher) return true;
  }
  return false;
}

/// What the pod needs attached, on nodes where in-tree disks are CSI volumes and on others.
struct needs {
  volume_fault fault[2];
  attached_volumes volumes[2];
};

/// What a driver would have on a node.
struct over_limit {
  std::string driver;
  std::int64_t limit;
  std::int64_t attached;
  std::int64_t wanted;
};

class node_volume_limits final : public plugin, public pre_filter_plugin, public filter_plugin, public explains {
 public:
  std::string_view name() const override { return "NodeVolumeLimits"; }
  dependencies reads() const override { return {pod_volumes, reach::anywhere}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::csi_node, action_add | action_update},
            {event_resource::assigned_pod, action_delete},
            {event_resource::persistent_volume_claim, action_add},
            {event_resource::volume_attachment, action_delete}};
  }
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    if (const auto* now = e.now<k8s::csi_node>()) {
      const auto* before = e.before<k8s::csi_node>();
      return before == nullptr || more_fit(*before, *now);
    }
    if (const auto* claim = e.now<k8s::persistent_volume_claim>()) return mounts(*pod.pod, *claim);
    if (const auto* gone = e.before<k8s::volume_attachment>()) return may_use(pod.spec(), *gone);
    if (e.resource != event_resource::assigned_pod || e.old_pod == nullptr) return true;
    const k8s::pod& gone = *e.old_pod;
    return !(gone.node_name.empty() && gone.nominated_node_name.empty()) && has_counted(*gone.spec);
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster&, cycle_state&) const override {
    return {has_counted(pod.spec()) ? status::ok() : status::skipped(), std::nullopt};
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle, filter_column& column) const override {
    if (!has_counted(pod.spec())) return;
    const needs& all = needs_of(pod, nodes, cycle);
    const volume_counts* known = nullptr;
    // One node alone may be on trial with other pods, of which the counts know nothing.
    if (go_by_numbers(all, nodes.storage()) && column.nodes().count() > 1) {
      known = &nodes.part<volume_counts>();
      known->catch_up(nodes);
    }
    const auto more = static_cast<std::int64_t>(all.volumes[0].size());
    column.for_each([&](node_id n) {
      if (known != nullptr && known->surely_has_room(n, more)) return;
      if (const status s = judge(all, nodes, n); !s.is_ok()) column.refuse(n, s);
    });
  }

  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                 node_id n) const override {
    const auto* csi = nodes.storage().csi_node(nodes.node(n).name);
    if (csi == nullptr) return {};
    const attached_volumes& wanted = needs_of(pod, nodes, cycle).volumes[1];
    std::string error;
    const std::optional<over_limit> over = find_over_limit(wanted, nodes, n, *csi, error);
    if (!over) return {};
    return {{.what = fmt::format("needs {} more volume{} of driver {}", over->wanted, over->wanted == 1 ? "" : "s",
                                 over->driver),
             .here = fmt::format("{} of {} attached", over->attached, over->limit)}};
  }

 private:
  /// Whether a node refuses these volumes for their number alone.
  static bool go_by_numbers(const needs& all, const storage& objects) {
    const auto required = [&](const auto& volume) {
      const auto* driver = objects.csi_driver(volume.second);
      return driver != nullptr && driver->prevent_if_missing;
    };
    return all.fault[0].what.empty() && all.fault[1].what.empty() && all.volumes[0] == all.volumes[1] &&
           std::none_of(all.volumes[0].begin(), all.volumes[0].end(), required);
  }

  const needs& needs_of(const pod_info& pod, const cluster& nodes, cycle_state& cycle) const {
    return cycle.of<needs>(this, [&] {
      needs made;
      for (const bool migrated : {false, true})
        made.fault[migrated] = add_volumes(*pod.pod, nodes.storage(), migrated, true, made.volumes[migrated]);
      return made;
    });
  }

  static status judge(const needs& all, const cluster& nodes, node_id n) {
    const storage& objects = nodes.storage();
    const auto* csi = objects.csi_node(nodes.node(n).name);
    const bool migrated = csi != nullptr;
    const volume_fault& fault = all.fault[migrated];
    if (!fault.what.empty()) return fault.missing_claim ? status::unresolvable(fault.what) : status::failed(fault.what);
    const attached_volumes& wanted = all.volumes[migrated];
    for (const auto& [volume, driver] : wanted)
      if (!installed(driver, csi, objects)) return status::refuse(driver + " CSI driver is not installed on the node");
    if (csi == nullptr) return status::ok();
    std::string error;
    const bool over = find_over_limit(wanted, nodes, n, *csi, error).has_value();
    if (!error.empty()) return status::failed(std::move(error));
    return over ? status::refuse(exceeded) : status::ok();
  }

  /// Upstream: checkCSIDriverOnNode.
  static bool installed(const std::string& driver, const k8s::csi_node* node, const storage& objects) {
    const auto* known = objects.csi_driver(driver);
    if (known == nullptr || !known->prevent_if_missing) return true;
    return node != nullptr && std::any_of(node->drivers.begin(), node->drivers.end(),
                                          [&](const k8s::csi_node::driver& d) { return d.name == driver; });
  }

  static std::optional<over_limit> find_over_limit(const attached_volumes& wanted, const cluster& nodes, node_id n,
                                                   const k8s::csi_node& csi, std::string& error) {
    std::map<std::string, std::int64_t> limits;
    for (const k8s::csi_node::driver& d : csi.drivers)
      if (d.limit) limits[d.name] = *d.limit;
    if (wanted.empty() || limits.empty()) return std::nullopt;

    attached_volumes there;
    for (const pod_info& pod : nodes.pods_on(n)) {
      if (pod.spec().volumes.empty()) continue;
      volume_fault fault = add_volumes(*pod.pod, nodes.storage(), true, false, there);
      if (!fault.what.empty()) return error = std::move(fault.what), std::nullopt;
    }
    std::map<std::string, std::int64_t> more;
    for (const auto& [volume, driver] : wanted)
      if (!there.contains(volume)) ++more[driver];
    add_attachments(nodes.node(n).name, nodes.storage(), there);
    std::map<std::string, std::int64_t> attached;
    for (const auto& [volume, driver] : there) ++attached[driver];
    for (const auto& [driver, count] : more) {
      const auto limit = limits.find(driver);
      if (limit != limits.end() && attached[driver] + count > limit->second)
        return over_limit{driver, limit->second, attached[driver], count};
    }
    return std::nullopt;
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_volume_limits(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<node_volume_limits>();
}

}  // namespace berth::scoring
