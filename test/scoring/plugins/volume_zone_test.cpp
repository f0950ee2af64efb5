#include "test/scoring/plugins/storage_cluster.hpp"

/// Cases after upstream's plugins/volumezone.
using namespace berth;
using namespace berth::test;

namespace {

constexpr auto conflict = "UnschedulableAndUnresolvable: node(s) had no available volume zone";

/// The verdict of a node with these labels on a pod whose volume has those.
std::string of(const std::string& node_labels, const std::string& volume_labels) {
  return verdicts("VolumeZone", join({node_yaml("n", node_labels),
                                      volume_yaml("pv", "capacity: {storage: 1Gi}", "labels: {" + volume_labels + "}"),
                                      claim_yaml("c", "volumeName: pv"), pod_yaml("p", claim_volume("c"))}));
}

std::string unbound(const std::string& claim, const std::vector<std::string>& classes = {}) {
  std::vector<std::string> all{node_yaml("n", "topology.kubernetes.io/zone: z"), claim,
                               pod_yaml("p", claim_volume("c"))};
  all.insert(all.end(), classes.begin(), classes.end());
  return verdicts("VolumeZone", join(all));
}

constexpr auto beta_zone = "failure-domain.beta.kubernetes.io/zone: ";
constexpr auto beta_region = "failure-domain.beta.kubernetes.io/region: ";
constexpr auto zone = "topology.kubernetes.io/zone: ";
constexpr auto region = "topology.kubernetes.io/region: ";

}  // namespace

TEST_CASE("VolumeZone: a node must have each topology label of the volume, unless it has none at all") {
  const auto with = [](const char* key, const char* value) { return std::string(key) + value; };
  CHECK(of("", with(zone, "us-west1-a")) == "fits");
  CHECK(of("uselessLabel: none", with(zone, "us-west1-a")) == "fits");
  for (const char* key : {beta_zone, beta_region, zone, region}) {
    CAPTURE(key);
    CHECK(of(with(key, "a") + ", uselessLabel: none", with(key, "a")) == "fits");
    CHECK(of(with(key, "b") + ", uselessLabel: none", with(key, "a")) == conflict);
    CHECK(of(with(key, "b"), with(key, "a__b")) == "fits");
    CHECK(of(with(key, "c"), with(key, "a__b")) == conflict);
  }
  CHECK(of(with(zone, "z"), with(zone, "z") + ", " + with(region, "r")) == conflict);
  CHECK(of(with(zone, "z"), "") == "fits");
}

TEST_CASE("VolumeZone: a beta label of a volume is also looked up under its new name, and not the other way") {
  const auto with = [](const char* key, const char* value) { return std::string(key) + value; };
  CHECK(of(with(zone, "z"), with(beta_zone, "z")) == "fits");
  CHECK(of(with(region, "r"), with(beta_region, "r")) == "fits");
  CHECK(of(with(zone, "other"), with(beta_zone, "z")) == conflict);
  CHECK(of(with(beta_zone, "z"), with(zone, "z")) == conflict);
}

TEST_CASE("VolumeZone: a label with an empty zone in it does not count") {
  CHECK(of("topology.kubernetes.io/zone: z", "topology.kubernetes.io/zone: 'a__'") == "fits");
  CHECK(of("topology.kubernetes.io/zone: z", "topology.kubernetes.io/zone: ''") == "fits");
  CHECK(of("topology.kubernetes.io/zone: z", "topology.kubernetes.io/zone: 'a__ z '") == "fits");
}

TEST_CASE("VolumeZone: a claim that is not bound must have a class that waits for its first consumer") {
  const std::string unresolvable = "UnschedulableAndUnresolvable: ";
  CHECK(unbound(claim_yaml("c", "storageClassName: ''")) ==
        unresolvable + "PersistentVolumeClaim had no pv name and storageClass name");
  CHECK(unbound(claim_yaml("c", "storageClassName: gone")) ==
        unresolvable + R"(storageclass.storage.k8s.io "gone" not found)");
  CHECK(unbound(claim_yaml("c", "storageClassName: now"), {class_yaml("now", "Immediate", "p")}) ==
        unresolvable + "PersistentVolume had no name");
  CHECK(unbound(claim_yaml("c", "storageClassName: odd"), {class_yaml("odd", "", "p")}) ==
        unresolvable + R"(VolumeBindingMode not set for StorageClass "odd")");
  CHECK(unbound(claim_yaml("c", "storageClassName: wait"), {class_yaml("wait", "WaitForFirstConsumer", "p")}) ==
        "fits");
  // The annotation goes first.
  CHECK(
      unbound(claim_yaml("c", "storageClassName: now", "annotations: {volume.beta.kubernetes.io/storage-class: wait}"),
              {class_yaml("now", "Immediate", "p"), class_yaml("wait", "WaitForFirstConsumer", "p")}) == "fits");
}

TEST_CASE("VolumeZone: what is not there is named") {
  const std::string unresolvable = "UnschedulableAndUnresolvable: ";
  CHECK(unbound(claim_yaml("other", "")) == unresolvable + R"(persistentvolumeclaim "c" not found)");
  CHECK(unbound(claim_yaml("c", "volumeName: gone")) == unresolvable + R"(persistentvolume "gone" not found)");
}

TEST_CASE("VolumeZone: explains which zone the volume is for") {
  one_plugin plugin("VolumeZone");
  const k8s::pod_ptr p = load(plugin, join({node_yaml("n", "topology.kubernetes.io/zone: z1"),
                                            volume_yaml("pv-7", "", "labels: {topology.kubernetes.io/zone: z2__z3}"),
                                            claim_yaml("c", "volumeName: pv-7"), pod_yaml("p", claim_volume("c"))}));
  const explanation e = plugin.judge(p);
  REQUIRE(e.shortfalls.told.size() == 1);
  CHECK(e.shortfalls.told[0].text ==
        "volume pv-7 is for topology.kubernetes.io/zone=z2 or z3: topology.kubernetes.io/zone=z1 on n");
}

TEST_CASE("VolumeZone: is woken by its claims, by volumes whose zones change, and by classes that wait") {
  one_plugin plugin("VolumeZone");
  const k8s::pod_ptr p = load(plugin, pod_yaml("p", claim_volume("c")));
  using volumes_of = k8s::persistent_volume;
  const auto volume = [](const std::string& labels) {
    return object_of<volumes_of, &k8s::cluster_objects::volumes>(volume_yaml("pv", "", "labels: {" + labels + "}"));
  };
  const k8s::volume_ptr a = volume("topology.kubernetes.io/zone: a");
  const k8s::volume_ptr b = volume("topology.kubernetes.io/zone: b");
  const k8s::volume_ptr more = volume("topology.kubernetes.io/zone: a, other: x");
  cluster_event e{.resource = event_resource::persistent_volume, .actions = action_update};
  e.old_object = a.get();
  e.new_object = b.get();
  CHECK(plugin.cures(p, e));
  e.new_object = more.get();
  CHECK_FALSE(plugin.cures(p, e));
  e.actions = action_add;
  e.old_object = storage_object();
  CHECK(plugin.cures(p, e));
  e.actions = action_delete;
  CHECK_FALSE(plugin.cures(p, e));

  for (const bool waits : {true, false}) {
    const auto cls = object_of<k8s::storage_class, &k8s::cluster_objects::storage_classes>(
        class_yaml("s", waits ? "WaitForFirstConsumer" : "Immediate", "p"));
    cluster_event comes{.resource = event_resource::storage_class, .actions = action_add};
    comes.new_object = cls.get();
    CHECK(plugin.cures(p, comes) == waits);
    comes.actions = action_update;
    CHECK_FALSE(plugin.cures(p, comes));
  }
  for (const bool mine : {true, false}) {
    const auto claim = object_of<k8s::persistent_volume_claim, &k8s::cluster_objects::claims>(
        claim_yaml(mine ? "c" : "d", "volumeName: pv"));
    cluster_event bound{.resource = event_resource::persistent_volume_claim, .actions = action_update};
    bound.new_object = claim.get();
    CHECK(plugin.cures(p, bound) == mine);
  }
  CHECK(plugin.cures(p, node_event(action_update_labels, nullptr, nullptr)));
  CHECK_FALSE(plugin.cures(p, node_event(action_update_taints, nullptr, nullptr)));
}
