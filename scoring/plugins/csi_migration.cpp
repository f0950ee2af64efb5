#include "scoring/plugins/csi_migration.hpp"

#include "k8s/text/ascii.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace berth::scoring {

namespace {

using kind = k8s::disk_kind;

constexpr std::array plugins{
    in_tree_plugin{kind::gce_pd, "kubernetes.io/gce-pd", "pd.csi.storage.gke.io", "topology.gke.io/zone", true},
    in_tree_plugin{kind::aws_ebs, "kubernetes.io/aws-ebs", "ebs.csi.aws.com", "topology.ebs.csi.aws.com/zone", true},
    in_tree_plugin{kind::cinder, "kubernetes.io/cinder", "cinder.csi.openstack.org",
                   "topology.cinder.csi.openstack.org/zone", true},
    in_tree_plugin{kind::azure_disk, "kubernetes.io/azure-disk", "disk.csi.azure.com", "", true},
    in_tree_plugin{kind::portworx, "kubernetes.io/portworx-volume", "pxd.portworx.com", "", true},
    in_tree_plugin{kind::azure_file, "kubernetes.io/azure-file", "file.csi.azure.com", "", false},
    in_tree_plugin{kind::vsphere, "kubernetes.io/vsphere-volume", "csi.vsphere.vmware.com", "", false},
};

constexpr const char* zone_label = "topology.kubernetes.io/zone";
constexpr const char* region_label = "topology.kubernetes.io/region";
constexpr const char* beta_zone_label = "failure-domain.beta.kubernetes.io/zone";
constexpr const char* beta_region_label = "failure-domain.beta.kubernetes.io/region";

std::vector<std::string> split(std::string_view text, std::string_view delimiter) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t at = text.find(delimiter);
    parts.emplace_back(text.substr(0, at));
    if (at == text.npos) return parts;
    text.remove_prefix(at + delimiter.size());
  }
}

std::string_view trimmed(std::string_view text, std::string_view of) {
  const std::size_t first = text.find_first_not_of(of);
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(of) - first + 1);
}

/// "aws://zone/vol-1" and "vol-1". Upstream: KubernetesVolumeIDToEBSVolumeID.
csi_volume ebs_volume(const std::string& id, std::string_view driver) {
  constexpr std::string_view scheme = "aws://";
  if (!id.starts_with(scheme)) return {std::string(driver), id};
  std::string_view rest = std::string_view(id).substr(scheme.size());
  rest = rest.substr(0, rest.find_first_of("?#"));
  const std::size_t slash = rest.find('/');
  const std::string_view path = slash == rest.npos ? std::string_view() : trimmed(rest.substr(slash), "/");
  if (path.starts_with("vol-") && path.find('/') == path.npos) return {std::string(driver), std::string(path)};
  return {"", "", "failed to translate Kubernetes ID to EBS Volume ID Invalid format for AWS volume (" + id + ")"};
}

csi_volume to_csi(const k8s::disk& disk, const in_tree_plugin& plugin) {
  const std::string driver(plugin.driver);
  if (disk.kind == kind::aws_ebs) return ebs_volume(disk.id, driver);
  if (disk.kind == kind::azure_disk) {
    if (const std::string lower = k8s::to_lower(disk.azure_kind); !lower.empty() && lower != "managed")
      return {"", "", "kind(" + disk.azure_kind + ") is not supported in csi migration"};
  }
  if (disk.kind == kind::gce_pd) return {driver, "projects/UNSPECIFIED/zones/UNSPECIFIED/disks/" + disk.id};
  return {driver, disk.id};
}

/// Where a GCE disk is, from the labels of its volume: "zones/z", "regions/r"; or an error.
csi_volume gce_volume(const k8s::persistent_volume& volume, const in_tree_plugin& plugin) {
  const std::string* label = volume.labels.find(beta_zone_label);
  if (label == nullptr || label->empty()) label = volume.labels.find(zone_label);
  if (label == nullptr || label->empty()) return to_csi(*volume.source, plugin);
  const std::vector<std::string> zones = split(*label, "__");
  const auto handle = [&](const std::string& place) {
    return csi_volume{std::string(plugin.driver), "projects/UNSPECIFIED/" + place + "/disks/" + volume.source->id};
  };
  if (zones.size() == 1) return handle("zones/" + zones.front());
  std::set<std::string> regions;
  for (const std::string& zone : zones) {
    const std::vector<std::string> parts = split(zone, "-");
    if (parts.size() != 3)
      return {"", "",
              "failed to get region from zones: zone in unexpected format, expected: {locale}-{region}-{zone}, got: " +
                  zone};
    regions.insert(parts[0] + "-" + parts[1]);
  }
  if (regions.size() != 1) {
    std::string names;
    for (const std::string& r : regions) names += (names.empty() ? "" : " ") + r + ":{}";
    return {"", "",
            "failed to get region from zones: multiple or no regions gotten from zones, got: map[" + names + "]"};
  }
  return handle("regions/" + *regions.begin());
}

bool mentions(const std::optional<k8s::node_selector>& nodes, std::string_view key) {
  return nodes && std::any_of(nodes->terms.begin(), nodes->terms.end(), [&](const k8s::node_selector_term& t) {
           return std::any_of(t.match_expressions.begin(), t.match_expressions.end(),
                              [&](const k8s::selector_requirement& r) { return r.key == key; });
         });
}

bool has_values(const k8s::node_selector& nodes, std::string_view key) {
  return std::any_of(nodes.terms.begin(), nodes.terms.end(), [&](const k8s::node_selector_term& t) {
    return std::any_of(t.match_expressions.begin(), t.match_expressions.end(),
                       [&](const k8s::selector_requirement& r) { return r.key == key && !r.values.empty(); });
  });
}

void rename(k8s::node_selector& nodes, std::string_view from, std::string_view to) {
  for (k8s::node_selector_term& t : nodes.terms)
    for (k8s::selector_requirement& r : t.match_expressions)
      if (r.key == from) r.key = to;
}

/// Upstream: getTopologyLabel. Whether the beta labels are meant.
bool uses_beta_labels(const k8s::persistent_volume& volume) {
  if (mentions(volume.nodes, zone_label)) return false;
  if (mentions(volume.nodes, beta_zone_label)) return true;
  return !volume.labels.contains(zone_label) && volume.labels.contains(beta_zone_label);
}

/// Upstream: addTopology. Nothing where no zone is named.
void add_zones(std::optional<k8s::node_selector>& nodes, std::string_view key, const std::string& label) {
  std::set<std::string> zones;
  for (const std::string& zone : split(label, "__"))
    if (const std::string_view z = trimmed(zone, " \t\n\r"); !z.empty()) zones.emplace(z);
  if (zones.empty()) return;
  if (!nodes) nodes.emplace();
  if (nodes->terms.empty()) nodes->terms.emplace_back();
  for (k8s::node_selector_term& t : nodes->terms)
    t.match_expressions.push_back(
        {std::string(key), k8s::selector_operator::in, std::vector<std::string>(zones.begin(), zones.end())});
}

}  // namespace

const in_tree_plugin* in_tree_plugin_of(k8s::disk_kind wanted) noexcept {
  const auto there = std::find_if(plugins.begin(), plugins.end(), [&](const auto& p) { return p.kind == wanted; });
  return there == plugins.end() ? nullptr : &*there;
}

const in_tree_plugin* in_tree_plugin_named(std::string_view name) noexcept {
  const auto there = std::find_if(plugins.begin(), plugins.end(), [&](const auto& p) { return p.name == name; });
  return there == plugins.end() ? nullptr : &*there;
}

csi_volume inline_to_csi(const k8s::disk& disk) { return to_csi(disk, *in_tree_plugin_of(disk.kind)); }

csi_volume volume_to_csi(const k8s::persistent_volume& volume) {
  const in_tree_plugin& plugin = *in_tree_plugin_of(volume.source->kind);
  return plugin.kind == kind::gce_pd ? gce_volume(volume, plugin) : to_csi(*volume.source, plugin);
}

std::optional<k8s::node_selector> nodes_as_csi(const k8s::persistent_volume& volume) {
  const std::string_view key = in_tree_plugin_of(volume.source->kind)->topology_key;
  std::optional<k8s::node_selector> nodes = volume.nodes;
  if (key.empty()) return nodes;
  const bool beta = uses_beta_labels(volume);
  const char* zone = beta ? beta_zone_label : zone_label;
  if (nodes && has_values(*nodes, zone)) {
    rename(*nodes, zone, key);
  } else if (const std::string* label = volume.labels.find(zone)) {
    add_zones(nodes, key, *label);
  }
  if (beta && nodes && has_values(*nodes, beta_region_label)) rename(*nodes, beta_region_label, region_label);
  return nodes;
}

}  // namespace berth::scoring
