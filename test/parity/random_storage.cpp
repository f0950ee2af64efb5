#include "test/parity/random_objects.hpp"

#include <utility>

namespace berth::test {

namespace {

k8s::quantity amount(const char* text) { return k8s::quantity::parse(text).value(); }
std::string numbered(const char* letter, unsigned n) { return letter + std::to_string(n); }
std::string node_name(dice& d) { return numbered("n", d.below(6)); }
k8s::object_key claim_key(dice& d) { return {d.pick({"default", "default", "other"}), numbered("c", d.below(5))}; }
std::string class_name(dice& d) { return d.pick({"waits", "waits", "made", "at-once", "gone"}); }

constexpr const char* driver = "csi.example.com";
constexpr const char* zone = "topology.kubernetes.io/zone";

k8s::disk random_disk(dice& d) {
  using k8s::disk_kind;
  k8s::disk disk;
  disk.kind = d.pick({disk_kind::gce_pd, disk_kind::aws_ebs, disk_kind::iscsi, disk_kind::rbd, disk_kind::azure_disk});
  disk.id = d.pick({"disk-a", "disk-b"});
  disk.read_only = d.one_in(2);
  disk.pool = "rbd";
  disk.monitors = {d.pick({"m1", "m2"}), "m3"};
  if (d.one_in(4)) disk.azure_kind = "Dedicated";  // cannot be a CSI volume
  return disk;
}

}  // namespace

k8s::volume random_mount(dice& d) {
  k8s::volume v;
  v.name = numbered("v", d.below(2));
  switch (d.below(6)) {
    case 0:
      v.kind = k8s::volume_kind::inline_disk;
      v.source = random_disk(d);
      break;
    case 1:
      if (d.one_in(2)) {
        v.kind = k8s::volume_kind::image;
        v.reference = "big:1";
        break;
      }
      v.kind = k8s::volume_kind::ephemeral;
      break;
    default:
      v.kind = k8s::volume_kind::claim;
      v.reference = numbered("c", d.below(5));
  }
  return v;
}

k8s::persistent_volume random_volume(dice& d) {
  k8s::persistent_volume v;
  v.name = numbered("v", d.below(6));
  v.uid = "uid-" + v.name;
  v.resource_version = "1";
  if (d.one_in(4)) v.labels.set(zone, d.pick({"z0", "z1", "z0__z1"}));
  v.capacity = amount(d.pick({"1Gi", "2Gi", "2Gi", "10Gi"}));
  v.access_modes = {"ReadWriteOnce"};
  if (d.one_in(2)) v.access_modes.emplace_back("ReadWriteOncePod");
  v.class_name = class_name(d);
  if (d.one_in(3)) v.claim = k8s::claim_reference{claim_key(d), ""};
  v.block = d.one_in(10);
  v.deleted = d.one_in(15);
  v.available = !d.one_in(4);
  if (d.one_in(2)) {
    const bool by_host = d.one_in(2);
    const std::string value = by_host ? node_name(d) : d.pick({"z0", "z1"});
    v.nodes =
        k8s::node_selector{{{{{by_host ? "kubernetes.io/hostname" : zone, k8s::selector_operator::in, {value}}}, {}}}};
  }
  if (v.nodes && d.one_in(6)) v.nodes->terms.push_back({{{zone, k8s::selector_operator::not_in, {"no label!"}}}, {}});
  if (v.nodes && d.one_in(4))
    v.nodes->terms.push_back({{}, {{"metadata.name", k8s::selector_operator::in, {node_name(d)}}}});
  if (!d.one_in(3)) {
    v.source = d.one_in(4) ? random_disk(d) : k8s::disk{};
    if (v.source->kind == k8s::disk_kind::csi) v.source->driver = driver, v.source->id = "handle-" + v.name;
  }
  return v;
}

k8s::persistent_volume_claim random_claim(dice& d) {
  k8s::persistent_volume_claim c;
  c.key = d.one_in(6) ? k8s::object_key{"default", "waiting-v" + std::to_string(d.below(2))} : claim_key(d);
  c.uid = "uid-" + c.key.text();
  c.resource_version = "1";
  if (d.one_in(6)) c.owner = k8s::controller_owner{"v1", "Pod", "waiting", "uid-waiting"};
  c.access_modes = {d.one_in(3) ? "ReadWriteOncePod" : "ReadWriteOnce"};
  c.request = amount(d.pick({"1Gi", "2Gi", "5Gi"}));
  if (!d.one_in(8)) c.class_name = class_name(d);
  if (d.one_in(3)) {
    c.volume_name = numbered("v", d.below(6));
    c.bind_completed = !d.one_in(4);
  } else if (d.one_in(3)) {
    c.selected_node = node_name(d);
  }
  c.has_annotations = c.bind_completed || c.selected_node.has_value();
  if (d.one_in(8)) c.selector = random_selector(d);
  c.deleted = d.one_in(15);
  c.lost = d.one_in(15);
  return c;
}

k8s::storage_class random_storage_class(dice& d) {
  k8s::storage_class c;
  c.name = d.pick({"waits", "made", "at-once"});
  c.resource_version = "1";
  c.provisioner = c.name == "waits" ? "kubernetes.io/no-provisioner" : driver;
  if (d.one_in(8)) c.provisioner = "kubernetes.io/gce-pd";
  if (!d.one_in(12)) c.waits_for_first_consumer = c.name != "at-once";
  if (d.one_in(4)) c.allowed_topologies.push_back({{{zone, {d.pick({"z0", "z1"}), "z2"}}}});
  return c;
}

k8s::csi_node random_csi_node(dice& d) {
  k8s::csi_node n;
  n.name = node_name(d);
  n.resource_version = "1";
  if (d.one_in(2)) n.migrated_plugins = "kubernetes.io/aws-ebs,kubernetes.io/gce-pd";
  if (!d.one_in(4))
    n.drivers.push_back({driver, d.one_in(3) ? std::nullopt : std::optional<std::int32_t>(d.pick({0, 1, 2}))});
  if (d.one_in(3)) n.drivers.push_back({"pd.csi.storage.gke.io", d.pick({1, 2})});
  return n;
}

k8s::csi_driver random_csi_driver(dice& d) {
  k8s::csi_driver c;
  c.name = driver;
  c.resource_version = "1";
  c.storage_capacity = !d.one_in(3);
  c.prevent_if_missing = d.one_in(3);
  return c;
}

k8s::csi_storage_capacity random_capacity(dice& d) {
  k8s::csi_storage_capacity c;
  c.key = {"kube-system", numbered("cap", d.below(3))};
  c.resource_version = "1";
  c.class_name = d.pick({"made", "made", "waits"});
  if (!d.one_in(6)) c.capacity = amount(d.pick({"1Gi", "4Gi", "20Gi"}));
  if (d.one_in(4)) c.maximum_volume_size = amount(d.pick({"1Gi", "4Gi"}));
  if (!d.one_in(8)) {
    c.nodes.emplace();
    if (!d.one_in(3)) c.nodes->match_labels.set(zone, d.pick({"z0", "z1"}));
  }
  return c;
}

k8s::volume_attachment random_attachment(dice& d) {
  k8s::volume_attachment a;
  a.name = numbered("a", d.below(4));
  a.resource_version = "1";
  a.attacher = d.one_in(8) ? "" : driver;
  a.node_name = node_name(d);
  if (!d.one_in(8)) a.volume_name = numbered("v", d.below(6));
  return a;
}

}  // namespace berth::test
