#include "test/scoring/plugins/volume_binding_objects.hpp"

/// Cases after upstream's plugins/volumebinding.
using namespace berth;
using namespace berth::test;
using namespace berth::test::volume_binding;

TEST_CASE("VolumeBinding: a claim must be there, of use, and bound unless it waits for its first consumer") {
  CHECK(judged({"c"}, {}) == both(unresolvable + R"(persistentvolumeclaim "c" not found)"));
  CHECK(judged({"c"}, {claim_yaml("c", "volumeName: gone", "", "Lost")}) ==
        both(unresolvable + R"(persistentvolumeclaim "c" bound to non-existent persistentvolume "gone")"));
  CHECK(judged({"c"}, {claim_yaml("c", of_class("wait"), "deletionTimestamp: '2026-01-01T00:00:00Z'")}) ==
        both(unresolvable + R"(persistentvolumeclaim "c" is being deleted)"));
  const std::string immediate = both(unresolvable + "pod has unbound immediate PersistentVolumeClaims");
  CHECK(judged({"c"}, {claim_yaml("c", of_class("now"))}) == immediate);
  CHECK(judged({"c"}, {claim_yaml("c", of_class("class-gone"))}) == immediate);
  CHECK(judged({"c"}, {claim_yaml("c", "accessModes: []")}) == immediate);
  // One that names a volume is not the scheduler's to bind.
  CHECK(judged({"c"}, {claim_yaml("c", of_class("wait", "1Gi", "volumeName: pv"))}) == immediate);
  CHECK(judged({"c", "d"}, {claim_yaml("c", of_class("wait")), claim_yaml("d", of_class("now"))}) == immediate);
  CHECK(judged({"c"}, {claim_yaml("c", of_class("odd")), class_yaml("odd", "", "p")}) ==
        R"(running PreFilter plugin "VolumeBinding": VolumeBindingMode not set for StorageClass "odd")");
}

TEST_CASE("VolumeBinding: a pod's own ephemeral claim is waited for, another's is refused") {
  const auto with = [&](const std::vector<std::string>& claim) {
    std::vector<std::string> all{node_yaml("a"), wait,
                                 pod_yaml("p", "{name: v, ephemeral: {volumeClaimTemplate: {}}}")};
    all.insert(all.end(), claim.begin(), claim.end());
    return verdicts("VolumeBinding", join(all));
  };
  CHECK(with({}) ==
        unresolvable + R"(waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v")");
  CHECK(with({claim_yaml("p-v", of_class("wait"))}) ==
        unresolvable + "PVC default/p-v was not created for pod default/p (pod is not owner)");
  CHECK(with({claim_yaml("p-v", of_class("wait"),
                         "ownerReferences: [{apiVersion: v1, kind: Pod, name: p, uid: p-uid, controller: true}]")}) ==
        "fits");
}

TEST_CASE("VolumeBinding: a bound claim leads to the nodes that reach its volume") {
  CHECK(judged({"c"}, {bound_claim_yaml("c", "pv"), volume_yaml("pv", "capacity: {storage: 1Gi}")}) == "fits; fits");
  CHECK(judged({"c"}, {bound_claim_yaml("c", "pv"), on_node("pv", "b")}) == other_node + "; fits");
  CHECK(judged({"c", "d"}, {bound_claim_yaml("c", "pv"), on_node("pv", "b"), bound_claim_yaml("d", "qv"),
                            on_node("qv", "a")}) == both(other_node));
  // Only labels are known where a volume's nodes are matched, as upstream has it: fields rule out nothing.
  const std::string only_a = "matchFields: [{key: metadata.name, operator: In, values: [a]}]";
  const auto term = [&](const std::string& t) {
    return volume_yaml("pv", "nodeAffinity: {required: {nodeSelectorTerms: [{" + t + "}]}}");
  };
  CHECK(judged({"c"}, {bound_claim_yaml("c", "pv"), term(only_a)}) == "fits; fits");
  CHECK(judged({"c"},
               {bound_claim_yaml("c", "pv"),
                term(only_a + ", matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [b]}]")}) ==
        other_node + "; fits");
  // A term that does not parse matches no node.
  const std::string no_label = "matchExpressions: [{key: zone, operator: NotIn, values: ['no label!']}]";
  CHECK(judged({"c"}, {bound_claim_yaml("c", "pv"), term(no_label)}) == both(other_node));
  CHECK(judged({"c"}, {bound_claim_yaml("c", "gone")}) == both(no_volume));
  // The volume that is gone ends the check, whatever the others say.
  CHECK(judged({"c", "d"}, {bound_claim_yaml("c", "gone"), bound_claim_yaml("d", "qv"), on_node("qv", "a")}) ==
        both(no_volume));
  CHECK(judged({"d", "c"}, {bound_claim_yaml("c", "gone"), bound_claim_yaml("d", "qv"), on_node("qv", "a")}) ==
        no_volume + "; " + other_node);
}

TEST_CASE("VolumeBinding: a claim that waits finds the smallest volume that will do") {
  CHECK(judged({"c"}, {claim_yaml("c", of_class("local")), on_node("pv", "a")}) == "fits; " + nothing_to_bind);
  CHECK(judged({"c"}, {claim_yaml("c", of_class("local"))}) == both(nothing_to_bind));
  CHECK(judged({"c"}, {claim_yaml("c", of_class("local", "2Gi")), on_node("pv", "a")}) == both(nothing_to_bind));
  CHECK(judged({"c"}, {claim_yaml("c", of_class("local")), on_node("pv", "a", "1Gi", "Pending")}) ==
        both(nothing_to_bind));
  CHECK(judged({"c"}, {claim_yaml("c", of_class("local")), on_node("pv", "a", "1Gi", "Released")}) ==
        both(nothing_to_bind));
  // Two claims need two volumes; the small one must leave the large one to the other.
  const std::string small = claim_yaml("small", of_class("local", "1Gi"));
  const std::string large = claim_yaml("large", of_class("local", "5Gi"));
  CHECK(judged({"large", "small"}, {small, large, on_node("p5", "a", "5Gi"), on_node("p2", "a", "2Gi"),
                                    on_node("q5", "b", "5Gi")}) == "fits; " + nothing_to_bind);
  CHECK(
      judged({"small"},
             {small, on_node("p", "a", "1Gi"),
              volume_yaml("any", "storageClassName: local, accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}")}) ==
      "fits; fits");
}

TEST_CASE("VolumeBinding: a volume must agree with the claim in everything that the claim asks for") {
  const auto with = [](const std::string& claim, const std::string& volume, const std::string& metadata = "") {
    return judged({"c"}, {claim_yaml("c", of_class("local", "1Gi", claim)),
                          volume_yaml("pv", "storageClassName: local, capacity: {storage: 1Gi}, " + volume, metadata)});
  };
  const std::string once = "accessModes: [ReadWriteOnce]";
  CHECK(with("", once) == "fits; fits");
  CHECK(with("", "accessModes: [ReadOnlyMany]") == both(nothing_to_bind));
  CHECK(with("", "accessModes: [ReadOnlyMany, ReadWriteOnce]") == "fits; fits");
  CHECK(with("volumeMode: Block", once) == both(nothing_to_bind));
  CHECK(with("volumeMode: Block", once + ", volumeMode: Block") == "fits; fits");
  CHECK(with("volumeMode: Filesystem", once) == "fits; fits");
  CHECK(with("volumeAttributesClassName: gold", once) == both(nothing_to_bind));
  CHECK(with("volumeAttributesClassName: gold", once + ", volumeAttributesClassName: gold") == "fits; fits");
  CHECK(with("selector: {matchLabels: {disk: ssd}}", once) == both(nothing_to_bind));
  CHECK(with("selector: {matchLabels: {disk: ssd}}", once, "labels: {disk: ssd}") == "fits; fits");
  CHECK(with("", once, "deletionTimestamp: '2026-01-01T00:00:00Z'") == both(nothing_to_bind));
  CHECK(with("", once + ", claimRef: {namespace: default, name: other, uid: x}") == both(nothing_to_bind));
  CHECK(with("selector: {matchExpressions: [{key: k, operator: Near}]}", once)
            .find("running \"VolumeBinding\" filter plugin: error creating internal label selector for claim: "
                  "default/c: ") == 0);
}

TEST_CASE("VolumeBinding: a volume that is kept for the claim is its only choice, whatever its phase") {
  const std::string kept =
      "storageClassName: local, accessModes: [ReadWriteOnce], capacity: {storage: 9Gi}, "
      "claimRef: {namespace: default, name: c}, ";
  const std::string claim = claim_yaml("c", of_class("local"));
  CHECK(judged({"c"}, {claim, volume_yaml("kept", kept + only_where("zone", "zb"), "", "Pending"),
                       on_node("pv", "a")}) == nothing_to_bind + "; fits");
  // By another claim of this name it is not.
  const std::string others =
      "storageClassName: local, accessModes: [ReadWriteOnce], capacity: {storage: 9Gi}, "
      "claimRef: {namespace: default, name: c, uid: another}, ";
  CHECK(judged({"c"}, {claim, volume_yaml("kept", others + only_where("zone", "zb")), on_node("pv", "a")}) ==
        "fits; " + nothing_to_bind);
}

TEST_CASE("VolumeBinding: what finds no volume is provisioned, where the class can") {
  const auto with = [](const std::string& cls) {
    return judged(
        {"c"}, {claim_yaml("c", of_class("made")), class_yaml("made", "WaitForFirstConsumer", "csi.example.com", cls)});
  };
  CHECK(judged({"c"}, {claim_yaml("c", of_class("wait"))}) == "fits; fits");
  CHECK(judged({"c", "d"}, {claim_yaml("c", of_class("wait")), claim_yaml("d", of_class("local")),
                            on_node("pv", "b")}) == nothing_to_bind + "; fits");
  CHECK(with("allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [za]}]}]") ==
        "fits; " + nothing_to_bind);
  CHECK(with("allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [za, zb]}]}]") == "fits; fits");
  CHECK(with("allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [zc]}]}, {matchLabelExpressions: [{key: "
             "zone, values: [zb]}]}]") == nothing_to_bind + "; fits");
  CHECK(with("allowedTopologies: [{}]") == both(nothing_to_bind));
  CHECK(with("allowedTopologies: [{matchLabelExpressions: [{key: zone, values: []}]}]") == both(nothing_to_bind));
}

TEST_CASE("VolumeBinding: a node that was selected for a claim stays selected") {
  const std::string selected =
      claim_yaml("c", of_class("wait"), "annotations: {volume.kubernetes.io/selected-node: b}");
  CHECK(judged({"c"}, {selected}) == nothing_to_bind + "; fits");
  // What was found out before stays said.
  CHECK(judged({"d", "c"}, {selected, bound_claim_yaml("d", "pv"), on_node("pv", "b")}) ==
        unresolvable +
            "node(s) didn't match PersistentVolume's node affinity, node(s) didn't find available persistent "
            "volumes to bind; fits");
}

TEST_CASE("VolumeBinding: what drivers can make is asked of their capacities, if they say so") {
  const auto capacity = [](const std::string& name, const std::string& more) {
    return "{kind: CSIStorageCapacity, apiVersion: storage.k8s.io/v1, metadata: {name: " + name +
           ", namespace: default}, storageClassName: wait, " + more + "}";
  };
  const auto driver = [](const char* opted) {
    return std::string(
               "{kind: CSIDriver, apiVersion: storage.k8s.io/v1, metadata: {name: csi.example.com}, spec: "
               "{storageCapacity: ") +
           opted + "}}";
  };
  const std::string claim = claim_yaml("c", of_class("wait", "4Gi"));
  const std::string in_a = "nodeTopology: {matchLabels: {zone: za}}";
  CHECK(judged({"c"}, {claim, driver("true")}) == both(no_space));
  CHECK(judged({"c"}, {claim, driver("false")}) == "fits; fits");
  CHECK(judged({"c"}, {claim, driver("true"), capacity("x", "capacity: 4Gi, " + in_a)}) == "fits; " + no_space);
  CHECK(judged({"c"}, {claim, driver("true"), capacity("x", "capacity: 3Gi, " + in_a)}) == both(no_space));
  CHECK(judged({"c"}, {claim, driver("true"), capacity("x", "capacity: 9Gi, maximumVolumeSize: 3Gi, " + in_a)}) ==
        both(no_space));
  CHECK(judged({"c"}, {claim, driver("true"), capacity("x", "capacity: 1Gi, maximumVolumeSize: 4Gi, " + in_a)}) ==
        "fits; " + no_space);
  CHECK(judged({"c"}, {claim, driver("true"), capacity("x", "capacity: 9Gi")}) == both(no_space));
  CHECK(judged({"c"}, {claim, driver("true"), capacity("x", "capacity: 9Gi, nodeTopology: {}")}) == "fits; fits");
  CHECK(judged({"c"}, {claim_yaml("c", "storageClassName: wait"), driver("true")}) == "fits; fits");
}

TEST_CASE("VolumeBinding: a disk that is migrated on a node is reached as its CSI driver says") {
  const std::string pv =
      volume_yaml("pv", "awsElasticBlockStore: {volumeID: vol-1}", "labels: {topology.kubernetes.io/zone: za}");
  const auto csi_node = [](const std::string& plugins) {
    return "{kind: CSINode, apiVersion: storage.k8s.io/v1, metadata: {name: a, annotations: "
           "{storage.alpha.kubernetes.io/migrated-plugins: '" +
           plugins + "'}}, spec: {drivers: []}}";
  };
  const auto at = [&](const std::string& plugins, const std::string& labels) {
    return verdicts("VolumeBinding", join({node_yaml("a", labels), csi_node(plugins), pv, bound_claim_yaml("c", "pv"),
                                           pod_yaml("p", claim_volume("c"))}));
  };
  CHECK(at("kubernetes.io/gce-pd,kubernetes.io/aws-ebs", "topology.ebs.csi.aws.com/zone: za") == "fits");
  CHECK(at("kubernetes.io/aws-ebs", "topology.ebs.csi.aws.com/zone: zb") == other_node);
  CHECK(at("kubernetes.io/gce-pd", "topology.ebs.csi.aws.com/zone: zb") == "fits");
  CHECK(at("", "topology.ebs.csi.aws.com/zone: zb") == "fits");
}

TEST_CASE("VolumeBinding: nodes whose volumes are filled best, or that would keep most, go first as the shape says") {
  const auto scores = [](const std::vector<std::string>& mounted, std::vector<std::string> objects,
                         std::string_view args) {
    one_plugin plugin("VolumeBinding", args);
    objects.insert(objects.end(), {node_yaml("a", "zone: za"), node_yaml("b", "zone: zb"), local, wait,
                                   pod_yaml("p", claims(mounted))});
    return plugin.scores(load(plugin, join(objects)));
  };
  const std::string old_class = "volume.beta.kubernetes.io/storage-class";
  constexpr auto fill = "{shape: [{utilization: 0, score: 0}, {utilization: 100, score: 10}]}";
  const std::string claim = claim_yaml("c", of_class("local", "50Gi"));
  const std::vector<std::string> volumes{claim, on_node("pa", "a", "200Gi"), on_node("pb", "b", "100Gi")};
  CHECK(scores({"c"}, volumes, fill) == std::vector<std::int64_t>{25, 50});
  CHECK(scores({"c"}, volumes, "") == std::vector<std::int64_t>{75, 50});
  // Two claims of one class: requests and volumes are summed.
  const std::vector<std::string> two{claim,
                                     claim_yaml("d", of_class("local", "30Gi")),
                                     on_node("pa", "a", "100Gi"),
                                     on_node("qa", "a", "100Gi"),
                                     on_node("pb", "b", "100Gi"),
                                     on_node("qb", "b", "60Gi")};
  CHECK(scores({"c", "d"}, two, fill) == std::vector<std::int64_t>{40, 50});

  const std::string driver =
      "{kind: CSIDriver, apiVersion: storage.k8s.io/v1, metadata: {name: csi.example.com}, spec: {storageCapacity: "
      "true}}";
  const auto capacity = [](const std::string& zone, const std::string& size) {
    return "{kind: CSIStorageCapacity, apiVersion: storage.k8s.io/v1, metadata: {name: in-" + zone +
           ", namespace: default}, storageClassName: wait, capacity: " + size +
           ", nodeTopology: {matchLabels: {zone: " + zone + "}}}";
  };
  const std::vector<std::string> drivers{driver, capacity("za", "100Gi"), capacity("zb", "200Gi"),
                                         claim_yaml("c", of_class("wait", "50Gi")),
                                         claim_yaml("d", of_class("wait", "50Gi"))};
  CHECK(scores({"c"}, drivers, "") == std::vector<std::int64_t>{50, 75});
  // One capacity serves both.
  CHECK(scores({"c", "d"}, drivers, "") == std::vector<std::int64_t>{0, 50});
  // Where kube-scheduler ends for a nil pointer: a class in the old annotation alone, and a capacity that is not said,
  // which counts as full.
  const std::string by_annotation =
      claim_yaml("c", "resources: {requests: {storage: 50Gi}}", "annotations: {" + old_class + ": wait}");
  CHECK(scores({"c"}, {driver, capacity("za", "100Gi"), capacity("zb", "200Gi"), by_annotation}, "") ==
        std::vector<std::int64_t>{50, 75});
  const std::string largest =
      "{kind: CSIStorageCapacity, apiVersion: storage.k8s.io/v1, metadata: {name: in-za, namespace: default}, "
      "storageClassName: wait, maximumVolumeSize: 60Gi, nodeTopology: {matchLabels: {zone: za}}}";
  CHECK(scores({"c"}, {driver, largest, capacity("zb", "200Gi"), claim_yaml("c", of_class("wait", "50Gi"))}, "") ==
        std::vector<std::int64_t>{0, 75});
  // Amounts beyond what can be reckoned with wrap, as in Go.
  CHECK(scores({"c"}, {driver, capacity("za", "8Ei"), capacity("zb", "8Ei"), claim_yaml("c", of_class("wait", "4Ei"))},
               "") == std::vector<std::int64_t>{100, 100});
  // No driver says what it has: nothing to go by.
  CHECK(scores({"c"}, {claim_yaml("c", of_class("wait", "50Gi"))}, "") == std::vector<std::int64_t>{0, 0});
}

TEST_CASE("VolumeBinding: arguments are those of VolumeBindingArgs") {
  const auto refused = [](std::string_view args) -> std::string {
    try {
      one_plugin plugin("VolumeBinding", args);
    } catch (const configuration_error& e) {
      return e.what();
    }
    return "accepted";
  };
  CHECK(refused("{bindTimeoutSeconds: 0}") == "accepted");
  CHECK(refused("{bindTimeoutSeconds: -1}") != "accepted");
  CHECK(refused("{bindTimeoutSecond: 1}") != "accepted");
  CHECK(refused("{shape: [{utilization: 5, score: 11}]}") != "accepted");
  CHECK(refused("{shape: []}") == "accepted");
}
