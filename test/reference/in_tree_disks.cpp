#include "test/reference/in_tree_disks.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace berth::reference {

namespace {

using k8s::disk_kind;

constexpr const char* zone = "topology.kubernetes.io/zone";
constexpr const char* region = "topology.kubernetes.io/region";
constexpr const char* beta_zone = "failure-domain.beta.kubernetes.io/zone";
constexpr const char* beta_region = "failure-domain.beta.kubernetes.io/region";
constexpr const char* gce_prefix = "projects/UNSPECIFIED/";

std::vector<std::string> split(const std::string& text, const std::string& by) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t at = text.find(by); at != text.npos; at = text.find(by, from)) {
    parts.push_back(text.substr(from, at - from));
    from = at + by.size();
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::string trimmed(std::string text, const std::string& of) {
  text.erase(0, std::min(text.find_first_not_of(of), text.size()));
  text.erase(text.find_last_not_of(of) + 1);
  return text;
}

/// "vol-1", or "aws://zone/vol-1".
csi_volume ebs(const std::string& id) {
  const std::string driver = plugin_of(disk_kind::aws_ebs).driver;
  if (!id.starts_with("aws://")) return {driver, id};
  std::string rest = id.substr(6);
  rest = rest.substr(0, rest.find_first_of("?#"));
  const std::size_t slash = rest.find('/');
  const std::string path = slash == rest.npos ? "" : trimmed(rest.substr(slash), "/");
  if (path.starts_with("vol-") && path.find('/') == path.npos) return {driver, path};
  return {"", "", "failed to translate Kubernetes ID to EBS Volume ID Invalid format for AWS volume (" + id + ")"};
}

csi_volume azure(const k8s::disk& disk) {
  std::string kind = disk.azure_kind;
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (!kind.empty() && kind != "managed")
    return {"", "", "kind(" + disk.azure_kind + ") is not supported in csi migration"};
  return {plugin_of(disk.kind).driver, disk.id};
}

/// "europe-west1" of "europe-west1-b" and "europe-west1-c". Upstream: gceGetRegionFromZones.
std::string region_of(const std::vector<std::string>& zones, std::string& error) {
  std::set<std::string> regions;
  for (const std::string& z : zones) {
    const std::vector<std::string> parts = split(z, "-");
    if (parts.size() != 3) {
      error = "zone in unexpected format, expected: {locale}-{region}-{zone}, got: " + z;
      return "";
    }
    regions.insert(parts[0] + "-" + parts[1]);
  }
  if (regions.size() == 1) return *regions.begin();
  std::string names;
  for (const std::string& r : regions) names += (names.empty() ? "" : " ") + r + ":{}";
  error = "multiple or no regions gotten from zones, got: map[" + names + "]";
  return "";
}

bool has_key(const k8s::persistent_volume& v, std::string_view key, bool with_values) {
  if (!v.nodes) return false;
  for (const k8s::node_selector_term& t : v.nodes->terms)
    for (const k8s::selector_requirement& r : t.match_expressions)
      if (r.key == key && (!with_values || !r.values.empty())) return true;
  return false;
}

void rename(k8s::node_selector& nodes, std::string_view from, const std::string& to) {
  for (k8s::node_selector_term& t : nodes.terms)
    for (k8s::selector_requirement& r : t.match_expressions)
      if (r.key == from) r.key = to;
}

/// Upstream: getTopologyLabel.
bool in_beta_labels(const k8s::persistent_volume& v) {
  if (has_key(v, zone, false)) return false;
  if (has_key(v, beta_zone, false)) return true;
  return !v.labels.contains(zone) && v.labels.contains(beta_zone);
}

}  // namespace

in_tree_plugin plugin_of(disk_kind kind) {
  switch (kind) {
    case disk_kind::gce_pd:
      return {"kubernetes.io/gce-pd", "pd.csi.storage.gke.io", "topology.gke.io/zone"};
    case disk_kind::aws_ebs:
      return {"kubernetes.io/aws-ebs", "ebs.csi.aws.com", "topology.ebs.csi.aws.com/zone"};
    case disk_kind::cinder:
      return {"kubernetes.io/cinder", "cinder.csi.openstack.org", "topology.cinder.csi.openstack.org/zone"};
    case disk_kind::azure_disk:
      return {"kubernetes.io/azure-disk", "disk.csi.azure.com", ""};
    case disk_kind::portworx:
      return {"kubernetes.io/portworx-volume", "pxd.portworx.com", ""};
    case disk_kind::azure_file:
      return {"kubernetes.io/azure-file", "file.csi.azure.com", "", false};
    case disk_kind::vsphere:
      return {"kubernetes.io/vsphere-volume", "csi.vsphere.vmware.com", "", false};
    default:
      return {"", "", "", false};
  }
}

in_tree_plugin plugin_named(std::string_view name) {
  for (const disk_kind kind : {disk_kind::gce_pd, disk_kind::aws_ebs, disk_kind::cinder, disk_kind::azure_disk,
                               disk_kind::portworx, disk_kind::azure_file, disk_kind::vsphere})
    if (plugin_of(kind).name == name) return plugin_of(kind);
  return {"", "", "", false};
}

csi_volume csi_of_inline(const k8s::disk& disk) {
  if (disk.kind == disk_kind::aws_ebs) return ebs(disk.id);
  if (disk.kind == disk_kind::azure_disk) return azure(disk);
  const std::string driver = plugin_of(disk.kind).driver;
  if (disk.kind == disk_kind::gce_pd) return {driver, gce_prefix + ("zones/UNSPECIFIED/disks/" + disk.id)};
  return {driver, disk.id};
}

csi_volume csi_of_volume(const k8s::persistent_volume& v) {
  if (v.source->kind != disk_kind::gce_pd) return csi_of_inline(*v.source);
  const std::string* label = v.labels.find(beta_zone);
  if (label == nullptr || label->empty()) label = v.labels.find(zone);
  if (label == nullptr || label->empty()) return csi_of_inline(*v.source);
  const std::vector<std::string> zones = split(*label, "__");
  std::string place = "zones/" + zones.front();
  if (zones.size() > 1) {
    std::string error;
    place = "regions/" + region_of(zones, error);
    if (!error.empty()) return {"", "", "failed to get region from zones: " + error};
  }
  return {plugin_of(v.source->kind).driver, gce_prefix + place + "/disks/" + v.source->id};
}

std::optional<k8s::node_selector> csi_nodes_of(const k8s::persistent_volume& v) {
  std::optional<k8s::node_selector> nodes = v.nodes;
  const std::string key = plugin_of(v.source->kind).topology_key;
  if (key.empty()) return nodes;
  const bool beta = in_beta_labels(v);
  const char* own_zone = beta ? beta_zone : zone;
  if (has_key(v, own_zone, true)) {
    rename(*nodes, own_zone, key);
  } else if (const std::string* label = v.labels.find(own_zone)) {
    std::set<std::string> zones;
    for (const std::string& z : split(*label, "__"))
      if (!trimmed(z, " \t\r\n").empty()) zones.insert(trimmed(z, " \t\r\n"));
    if (!zones.empty()) {
      if (!nodes) nodes.emplace();
      if (nodes->terms.empty()) nodes->terms.emplace_back();
      for (k8s::node_selector_term& t : nodes->terms)
        t.match_expressions.push_back({key, k8s::selector_operator::in, {zones.begin(), zones.end()}});
    }
  }
  if (beta && has_key(v, beta_region, true)) rename(*nodes, beta_region, region);
  return nodes;
}

}  // namespace berth::reference
