#include "test/scoring/plugins/volume_binding_objects.hpp"

/// What wakes a pod that VolumeBinding refused, and what explain tells of it.
using namespace berth;
using namespace berth::test;
using namespace berth::test::volume_binding;

TEST_CASE("VolumeBinding: is woken by whatever may lead to a volume") {
  one_plugin plugin("VolumeBinding");
  const k8s::pod_ptr p =
      load(plugin,
           pod_yaml("p", claim_volume("c") + ", {name: v, ephemeral: {}}, {name: w, csi: {driver: csi.example.com}}"));
  const auto event = [&](event_resource what, std::uint32_t actions, storage_object before, storage_object after) {
    cluster_event e{.resource = what, .actions = actions};
    e.old_object = before;
    e.new_object = after;
    return plugin.cures(p, e);
  };
  using objects = k8s::cluster_objects;
  for (const char* name : {"c", "p-v"}) {
    const auto claim = object_of<k8s::persistent_volume_claim, &objects::claims>(claim_yaml(name, ""));
    CHECK(event(event_resource::persistent_volume_claim, action_update, claim.get(), claim.get()));
  }
  const auto other = object_of<k8s::persistent_volume_claim, &objects::claims>(claim_yaml("other", ""));
  CHECK_FALSE(event(event_resource::persistent_volume_claim, action_add, {}, other.get()));

  const auto cls = object_of<k8s::storage_class, &objects::storage_classes>(wait);
  const auto moved = object_of<k8s::storage_class, &objects::storage_classes>(
      class_yaml("wait", "WaitForFirstConsumer", "csi.example.com",
                 "allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [za]}]}]"));
  CHECK(event(event_resource::storage_class, action_add, {}, cls.get()));
  CHECK(event(event_resource::storage_class, action_update, cls.get(), moved.get()));
  CHECK_FALSE(event(event_resource::storage_class, action_update, cls.get(), cls.get()));

  const auto volume = object_of<k8s::persistent_volume, &objects::volumes>(on_node("pv", "a"));
  CHECK(event(event_resource::persistent_volume, action_update, volume.get(), volume.get()));
  CHECK_FALSE(event(event_resource::persistent_volume, action_delete, volume.get(), {}));

  const auto csi_node = [](const std::string& plugins) {
    return object_of<k8s::csi_node, &objects::csi_nodes>(
        "{kind: CSINode, apiVersion: storage.k8s.io/v1, metadata: {name: a, annotations: "
        "{storage.alpha.kubernetes.io/migrated-plugins: '" +
        plugins + "'}}, spec: {drivers: []}}");
  };
  const auto none = csi_node("");
  const auto ebs = csi_node("kubernetes.io/aws-ebs");
  CHECK(event(event_resource::csi_node, action_add, {}, none.get()));
  CHECK(event(event_resource::csi_node, action_update, none.get(), ebs.get()));
  CHECK_FALSE(event(event_resource::csi_node, action_update, ebs.get(), ebs.get()));

  const auto driver = [](const char* name, const char* opted) {
    return object_of<k8s::csi_driver, &objects::csi_drivers>(
        std::string("{kind: CSIDriver, apiVersion: storage.k8s.io/v1, metadata: {name: ") + name +
        "}, spec: {storageCapacity: " + opted + "}}");
  };
  const auto on = driver("csi.example.com", "true");
  const auto off = driver("csi.example.com", "false");
  const auto foreign_on = driver("other", "true");
  const auto foreign_off = driver("other", "false");
  CHECK(event(event_resource::csi_driver, action_update, on.get(), off.get()));
  CHECK_FALSE(event(event_resource::csi_driver, action_update, off.get(), on.get()));
  CHECK_FALSE(event(event_resource::csi_driver, action_update, foreign_on.get(), foreign_off.get()));
  CHECK_FALSE(event(event_resource::csi_driver, action_add, {}, off.get()));

  const auto capacity = [](const std::string& amounts) {
    return object_of<k8s::csi_storage_capacity, &objects::csi_storage_capacities>(
        "{kind: CSIStorageCapacity, apiVersion: storage.k8s.io/v1, metadata: {name: x, namespace: default}, "
        "storageClassName: wait" +
        amounts + "}");
  };
  const auto nothing = capacity("");
  const auto one = capacity(", capacity: 1Gi");
  const auto two = capacity(", capacity: 2Gi");
  const auto capped = capacity(", capacity: 2Gi, maximumVolumeSize: 1Gi");
  const auto changes = [&](const auto& a, const auto& b) {
    return event(event_resource::csi_storage_capacity, action_update, a.get(), b.get());
  };
  CHECK(event(event_resource::csi_storage_capacity, action_add, {}, nothing.get()));
  CHECK(changes(nothing, one));
  CHECK(changes(one, two));
  CHECK(changes(capped, two));
  CHECK_FALSE(changes(one, capped));
  CHECK_FALSE(changes(two, one));
  CHECK_FALSE(changes(one, nothing));
  CHECK_FALSE(changes(one, one));
  CHECK(plugin.cures(p, node_event(action_add, nullptr, nullptr)));
  CHECK_FALSE(plugin.cures(p, node_event(action_update_taints, nullptr, nullptr)));
}

TEST_CASE("VolumeBinding: explains what keeps each claim from a node, in words and amounts") {
  const auto told = [](const std::vector<std::string>& objects) {
    one_plugin plugin("VolumeBinding");
    std::vector<std::string> all = objects;
    all.push_back(node_yaml("n", "topology.kubernetes.io/zone: z1"));
    all.push_back(pod_yaml("p", claim_volume("c")));
    const explanation e = plugin.judge(load(plugin, join(all)));
    return e.shortfalls.told.size() == 1 ? e.shortfalls.told[0].text : std::to_string(e.shortfalls.told.size());
  };
  const std::string asks = "resources: {requests: {storage: 10Gi}}, storageClassName: s";
  CHECK(told({claim_yaml("c", asks), class_yaml("s", "Immediate", "p")}) ==
        "claim c is not bound yet: its class s binds at once, before a node is chosen (n)");
  CHECK(told({claim_yaml("c", asks)}) == "claim c is not bound, and its class s is not there (n)");
  CHECK(told({claim_yaml("c", "volumeName: v")}) == "claim c is not bound to volume v yet, which is not there (n)");
  CHECK(told({claim_yaml("c", "accessModes: [ReadWriteOnce]")}) ==
        "claim c is not bound and has no class: nobody makes a volume for it (n)");
  CHECK(told({bound_claim_yaml("c", "v"), volume_yaml("v", only_where("topology.kubernetes.io/zone", "z2"))}) ==
        "volume v of claim c is for topology.kubernetes.io/zone=z2: topology.kubernetes.io/zone=z1 on n");
  CHECK(told({bound_claim_yaml("c", "v")}) == "claim c is bound to volume v, which is not there (n)");
  const std::string by_hand = class_yaml("s", "WaitForFirstConsumer", "kubernetes.io/no-provisioner");
  CHECK(told({claim_yaml("c", asks), by_hand}) ==
        "claim c wants 10Gi of class s, which nobody provisions: no volume of that class on n");
  const std::string size = "storageClassName: s, capacity: {storage: ";
  CHECK(told({claim_yaml("c", asks), by_hand, volume_yaml("a", size + "5Gi}"),
              volume_yaml("b", size + "50Gi}, claimRef: {namespace: default, name: other}"),
              volume_yaml("d", size + "50Gi}, " + only_where("topology.kubernetes.io/zone", "z2"))}) ==
        "claim c wants 10Gi of class s, which nobody provisions: of 3 volumes 1 is taken, 1 is for other nodes, 1 is "
        "too small on n");
  const std::string one_zone =
      "allowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/zone, "
      "values: [z2, z3]}]}]";
  CHECK(told({claim_yaml("c", asks), class_yaml("s", "WaitForFirstConsumer", "p", one_zone)}) ==
        "claim c wants 10Gi of class s, which is provisioned for topology.kubernetes.io/zone in (z2, z3): "
        "topology.kubernetes.io/zone=z1 on n");
  const std::string driver =
      "{kind: CSIDriver, apiVersion: storage.k8s.io/v1, metadata: {name: p}, spec: {storageCapacity: true}}";
  const std::string dynamic = class_yaml("s", "WaitForFirstConsumer", "p");
  CHECK(told({claim_yaml("c", asks), dynamic, driver}) ==
        "claim c wants 10Gi of class s, of which no CSIStorageCapacity tells (n)");
  CHECK(told({claim_yaml("c", asks), dynamic, driver,
              "{kind: CSIStorageCapacity, apiVersion: storage.k8s.io/v1, metadata: {name: x, namespace: d}, "
              "storageClassName: s, nodeTopology: {}, capacity: 5Gi}"}) ==
        "needs 10Gi storage, most free for one volume of class s is 5Gi on n");
}
