#include "test/scoring/plugins/storage_cluster.hpp"

/// Cases after upstream's plugins/volumerestrictions.
using namespace berth;
using namespace berth::test;

namespace {

constexpr auto disk_taken = "Unschedulable: node(s) had no available disk";
constexpr auto claim_taken =
    "Unschedulable: node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use "
    "by "
    "another pod";

std::string beside(const std::string& mine, const std::string& theirs) {
  return verdicts("VolumeRestrictions", join({node_yaml("n"), pod_yaml("there", theirs, "n"), pod_yaml("p", mine)}));
}

std::string once(const std::string& name) { return claim_yaml(name, "accessModes: [ReadWriteOncePod]"); }

}  // namespace

TEST_CASE("VolumeRestrictions: two pods do not share a disk on a node unless both only read it") {
  struct row {
    const char* mine;
    const char* theirs;
    const char* expected;
  };
  const std::vector<row> rows{
      {"", "", "fits"},
      {"", "{name: v, gcePersistentDisk: {pdName: foo}}", "fits"},
      {"{name: v, gcePersistentDisk: {pdName: foo}}", "{name: v, gcePersistentDisk: {pdName: foo}}", disk_taken},
      {"{name: v, gcePersistentDisk: {pdName: bar}}", "{name: v, gcePersistentDisk: {pdName: foo}}", "fits"},
      {"{name: v, gcePersistentDisk: {pdName: foo, readOnly: true}}",
       "{name: v, gcePersistentDisk: {pdName: foo, readOnly: true}}", "fits"},
      {"{name: v, gcePersistentDisk: {pdName: foo, readOnly: true}}", "{name: v, gcePersistentDisk: {pdName: foo}}",
       disk_taken},
      {"{name: v, emptyDir: {}}", "", "fits"},
      {"{name: v, awsElasticBlockStore: {volumeID: foo}}", "{name: v, awsElasticBlockStore: {volumeID: foo}}",
       disk_taken},
      {"{name: v, awsElasticBlockStore: {volumeID: foo, readOnly: true}}",
       "{name: v, awsElasticBlockStore: {volumeID: foo, readOnly: true}}", disk_taken},
      {"{name: v, awsElasticBlockStore: {volumeID: bar}}", "{name: v, awsElasticBlockStore: {volumeID: foo}}", "fits"},
      {"{name: v, awsElasticBlockStore: {volumeID: foo}}", "{name: v, gcePersistentDisk: {pdName: foo}}", "fits"},
      {"{name: v, rbd: {monitors: [a, b], pool: foo, image: bar}}",
       "{name: v, rbd: {monitors: [b, c], pool: foo, image: bar}}", disk_taken},
      {"{name: v, rbd: {monitors: [c, d], pool: foo, image: bar}}",
       "{name: v, rbd: {monitors: [a, b], pool: foo, image: bar}}", "fits"},
      {"{name: v, rbd: {monitors: [a], pool: other, image: bar}}",
       "{name: v, rbd: {monitors: [a], pool: foo, image: bar}}", "fits"},
      {"{name: v, rbd: {monitors: [a], image: bar}}", "{name: v, rbd: {monitors: [a], pool: rbd, image: bar}}",
       disk_taken},
      {"{name: v, rbd: {monitors: [a], image: bar, readOnly: true}}",
       "{name: v, rbd: {monitors: [a], image: bar, readOnly: true}}", "fits"},
      {"{name: v, iscsi: {iqn: 'iqn.2016-12.server:storage.target01', targetPortal: a, lun: 0}}",
       "{name: v, iscsi: {iqn: 'iqn.2016-12.server:storage.target01', targetPortal: b, lun: 1}}", disk_taken},
      {"{name: v, iscsi: {iqn: 'iqn.2017-12.server:storage.target01', targetPortal: a, lun: 0}}",
       "{name: v, iscsi: {iqn: 'iqn.2016-12.server:storage.target01', targetPortal: a, lun: 0}}", "fits"},
  };
  for (const row& r : rows) {
    CAPTURE(r.mine);
    CAPTURE(r.theirs);
    CHECK(beside(r.mine, r.theirs) == r.expected);
  }
}

TEST_CASE("VolumeRestrictions: a ReadWriteOncePod claim that a placed pod mounts is taken on every node") {
  const auto at = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all{node_yaml("n1"), node_yaml("n2"), once("data"),
                                 claim_yaml("shared", "accessModes: [ReadWriteMany]")};
    all.insert(all.end(), more.begin(), more.end());
    return verdicts("VolumeRestrictions", join(all));
  };
  const std::string both = std::string(claim_taken) + "; " + claim_taken;
  CHECK(at({pod_yaml("p", claim_volume("data"))}) == "fits; fits");
  CHECK(at({pod_yaml("there", claim_volume("data"), "n1"), pod_yaml("p", claim_volume("data"))}) == both);
  CHECK(at({pod_yaml("there", claim_volume("shared"), "n1"), pod_yaml("p", claim_volume("shared"))}) == "fits; fits");
  CHECK(at({pod_yaml("there", claim_volume("data"), "n1"), pod_yaml("p", claim_volume("shared"))}) == "fits; fits");
}

TEST_CASE("VolumeRestrictions: a claim for one pod is free while the node of the pod that mounts it is not known") {
  one_plugin plugin("VolumeRestrictions");
  const k8s::pod_ptr p = load(plugin, join({node_yaml("n"), once("data"), pod_yaml("there", claim_volume("data"), "m"),
                                            pod_yaml("p", claim_volume("data"))}));
  CHECK(verdicts(plugin, p) == "fits");
  plugin.node(make_node("m"));
  CHECK(verdicts(plugin, p) == std::string(claim_taken) + "; " + claim_taken);
  plugin.nodes().remove_node("m");
  CHECK(verdicts(plugin, p) == "fits");
  plugin.node(make_node("m"));
  plugin.gone("there-uid");
  CHECK(verdicts(plugin, p) == "fits; fits");
}

TEST_CASE("VolumeRestrictions: a claim that is given up is free, once the last that mounts it is gone") {
  one_plugin plugin("VolumeRestrictions");
  const k8s::pod_ptr p =
      load(plugin, join({node_yaml("n"), once("data"), pod_yaml("a", claim_volume("data"), "n"),
                         pod_yaml("b", claim_volume("data"), "n"), pod_yaml("p", claim_volume("data"))}));
  CHECK(plugin.verdict(p) == claim_taken);
  plugin.gone("a-uid");
  CHECK(plugin.verdict(p) == claim_taken);
  plugin.gone("b-uid");
  CHECK(plugin.verdict(p) == "fits");
}

TEST_CASE("VolumeRestrictions: preemption frees a claim for one pod, on the node of the pod that holds it") {
  const auto nominated = [](const std::string& holders) {
    one_plugin plugin("VolumeRestrictions");
    const k8s::pod_ptr p = load(plugin, join({node_yaml("n"), node_yaml("m"), once("data"), once("more"), holders,
                                              pod_yaml("p", claim_volume("data") + ", " + claim_volume("more"))}));
    auto spec = std::make_shared<k8s::pod_spec>(*p->spec);
    spec->priority = 100;
    auto important = std::make_shared<k8s::pod>(*p);
    important->spec = std::move(spec);
    profile_config c;
    c.scheduler_name = "berth";
    for (const char* other : {"VolumeBinding", "VolumeZone", "NodeVolumeLimits", "NodeResourcesFit"})
      c.multi_point.disabled.push_back({other, 0, ""});
    return profile(c, default_registry()).explain(plugin.nodes().intern(important), plugin.nodes()).nominated;
  };
  CHECK(nominated(pod_yaml("a", claim_volume("data"), "m")) == "m");
  CHECK(nominated(join({pod_yaml("a", claim_volume("data"), "m"), pod_yaml("b", claim_volume("more"), "m")})) == "m");
  CHECK(nominated(join({pod_yaml("a", claim_volume("data"), "m"), pod_yaml("b", claim_volume("more"), "n")})) == "");
}

TEST_CASE("VolumeRestrictions: a claim that is not there is what the pod waits for") {
  one_plugin plugin("VolumeRestrictions");
  const k8s::pod_ptr p = load(plugin, join({node_yaml("n"), pod_yaml("p", claim_volume("gone"))}));
  CHECK(plugin.verdict(p) == R"(UnschedulableAndUnresolvable: persistentvolumeclaim "gone" not found)");
  CHECK(plugin.message(p) == R"(0/1 nodes are available: persistentvolumeclaim "gone" not found.)");
}

TEST_CASE("VolumeRestrictions: is woken by its claim, and by a pod that leaves with a disk or claim of its") {
  one_plugin plugin("VolumeRestrictions");
  const k8s::pod_ptr p =
      load(plugin, pod_yaml("p", "{name: v, gcePersistentDisk: {pdName: d}}, " + claim_volume("data")));
  const auto leaves = [&](const std::string& volumes, const std::string& ns = "default") {
    const auto read = k8s::read_cluster(pod_yaml("gone", volumes, "n"), "pod");
    auto copy = std::make_shared<k8s::pod>(*read->pods.front());
    copy->key.namespace_ = ns;
    return plugin.cures(p, pod_event(event_resource::assigned_pod, action_delete, copy.get(), nullptr));
  };
  CHECK(leaves("{name: v, gcePersistentDisk: {pdName: d}}"));
  CHECK_FALSE(leaves("{name: v, gcePersistentDisk: {pdName: d}}", "other"));
  CHECK_FALSE(leaves("{name: v, gcePersistentDisk: {pdName: e}}"));
  CHECK(leaves(claim_volume("data")));
  CHECK_FALSE(leaves(claim_volume("other")));

  const auto claim = object_of<k8s::persistent_volume_claim, &k8s::cluster_objects::claims>(once("data"));
  const auto other = object_of<k8s::persistent_volume_claim, &k8s::cluster_objects::claims>(once("other"));
  const auto comes = [&](const k8s::claim_ptr& c, std::uint32_t what) {
    cluster_event e{.resource = event_resource::persistent_volume_claim, .actions = what};
    e.new_object = c.get();
    return plugin.cures(p, e);
  };
  CHECK(comes(claim, action_add));
  CHECK_FALSE(comes(other, action_add));
  CHECK_FALSE(comes(claim, action_update));
  CHECK(plugin.cures(p, node_event(action_add, nullptr, nullptr)));
  CHECK_FALSE(plugin.cures(p, node_event(action_update_labels, nullptr, nullptr)));
}

TEST_CASE("VolumeRestrictions: explains who has the disk or the claim") {
  const auto told = [](const std::vector<std::string>& objects) {
    one_plugin plugin("VolumeRestrictions");
    const explanation e = plugin.judge(load(plugin, join(objects)));
    return e.shortfalls.told.size() == 1 ? e.shortfalls.told[0].text : "";
  };
  const std::string disk = "{name: v, gcePersistentDisk: {pdName: foo}}";
  CHECK(told({node_yaml("n"), pod_yaml("there", disk, "n"), pod_yaml("p", disk)}) ==
        "its disk is in use on the node: by pod default/there on n");
  CHECK(told({node_yaml("n"), node_yaml("m"), once("c"), pod_yaml("there", claim_volume("c"), "n"),
              pod_yaml("p", claim_volume("c"))}) ==
        "claim c is for one pod alone (ReadWriteOncePod), and pod default/there on n has it (m, n)");
}
