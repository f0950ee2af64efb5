#include "test/scoring/plugins/storage_cluster.hpp"

/// Cases after upstream's plugins/nodevolumelimits.
using namespace berth;
using namespace berth::test;

namespace {

constexpr auto exceeded = "Unschedulable: node(s) exceed max volume count";
constexpr auto ebs = "ebs.csi.aws.com";

std::string csi_node(const std::string& drivers) {
  return "{kind: CSINode, apiVersion: storage.k8s.io/v1, metadata: {name: 'n'}, spec: {drivers: [" + drivers + "]}}";
}
std::string driver(const std::string& name, int limit) {
  return "{name: " + name + ", nodeID: i, allocatable: {count: " + std::to_string(limit) + "}}";
}
std::string csi_volume(const std::string& name, const std::string& of = ebs) {
  return volume_yaml(name, "csi: {driver: " + of + ", volumeHandle: h-" + name + "}", "", "Bound");
}
std::string attachment(const std::string& name, const std::string& volume, const std::string& node = "n") {
  return "{kind: VolumeAttachment, apiVersion: storage.k8s.io/v1, metadata: {name: " + name +
         "}, spec: {attacher: " + ebs + ", nodeName: '" + node + "'" + ", source: {persistentVolumeName: " + volume +
         "}}}";
}

/// Claims ebs-0..3 bound to CSI volumes, gce-0..1 to another driver's, pending ones, and one whose volume is gone.
std::vector<std::string> world() {
  std::vector<std::string> all{node_yaml("n"),
                               class_yaml("csi-sc", "WaitForFirstConsumer", ebs),
                               class_yaml("in-tree", "WaitForFirstConsumer", "kubernetes.io/aws-ebs"),
                               claim_yaml("pending", "storageClassName: csi-sc"),
                               claim_yaml("pending-in-tree", "storageClassName: in-tree"),
                               claim_yaml("volume-gone", "storageClassName: csi-sc, volumeName: gone"),
                               claim_yaml("no-class", ""),
                               claim_yaml("class-gone", "storageClassName: gone")};
  for (int i = 0; i < 4; ++i) {
    const std::string n = "ebs-" + std::to_string(i);
    all.push_back(csi_volume("pv-" + n));
    all.push_back(bound_claim_yaml(n, "pv-" + n));
    const std::string t = "tree-" + std::to_string(i);
    all.push_back(volume_yaml("pv-" + t, "awsElasticBlockStore: {volumeID: " + t + "}"));
    all.push_back(bound_claim_yaml(t, "pv-" + t));
    const std::string g = "gce-" + std::to_string(i);
    all.push_back(csi_volume("pv-" + g, "pd.csi.storage.gke.io"));
    all.push_back(bound_claim_yaml(g, "pv-" + g));
  }
  return all;
}

std::string claims(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& n : names) all += (all.empty() ? "" : ", ") + claim_volume(n);
  return all;
}

/// The verdict on a pod with these claims where placed pods have those.
std::string judged(const std::vector<std::string>& mine, const std::vector<std::vector<std::string>>& placed,
                   const std::string& csi, const std::vector<std::string>& more = {}) {
  std::vector<std::string> all = world();
  if (!csi.empty()) all.push_back(csi);
  int i = 0;
  for (const auto& p : placed) all.push_back(pod_yaml("placed-" + std::to_string(i++), claims(p), "n"));
  all.insert(all.end(), more.begin(), more.end());
  all.push_back(pod_yaml("p", claims(mine)));
  return verdicts("NodeVolumeLimits", join(all));
}

}  // namespace

TEST_CASE("NodeVolumeLimits: a driver's volumes on a node are at most as many as the CSINode says") {
  CHECK(judged({"ebs-0"}, {{"ebs-1", "ebs-2"}}, csi_node(driver(ebs, 4))) == "fits");
  CHECK(judged({"ebs-0"}, {{"ebs-1", "ebs-2"}}, csi_node(driver(ebs, 2))) == exceeded);
  CHECK(judged({"ebs-0"}, {{"ebs-1", "ebs-2"}}, csi_node("{name: ebs.csi.aws.com, nodeID: i}")) == "fits");
  CHECK(judged({"ebs-0"}, {{"ebs-1", "ebs-2"}}, "") == "fits");
  CHECK(judged({"ebs-0"}, {}, csi_node(driver(ebs, 0))) == exceeded);
}

TEST_CASE("NodeVolumeLimits: a volume that is there already is no further one") {
  CHECK(judged({"ebs-1"}, {{"ebs-1", "ebs-2"}}, csi_node(driver(ebs, 2))) == "fits");
  CHECK(judged({"ebs-1", "ebs-0"}, {{"ebs-1", "ebs-2"}}, csi_node(driver(ebs, 2))) == exceeded);
  CHECK(judged({"ebs-0"}, {{"ebs-1"}, {"ebs-1"}}, csi_node(driver(ebs, 2))) == "fits");
}

TEST_CASE("NodeVolumeLimits: claims that are not bound count by their class, once each") {
  CHECK(judged({"ebs-0"}, {{"pending"}, {"ebs-1"}}, csi_node(driver(ebs, 2))) == exceeded);
  CHECK(judged({"ebs-0"}, {{"pending"}, {"pending"}}, csi_node(driver(ebs, 2))) == "fits");
  CHECK(judged({"ebs-0"}, {{"volume-gone"}, {"ebs-1"}}, csi_node(driver(ebs, 2))) == exceeded);
  CHECK(judged({"ebs-0"}, {{"no-class"}, {"class-gone"}}, csi_node(driver(ebs, 1))) == "fits");
  CHECK(judged({"pending"}, {{"ebs-1"}}, csi_node(driver(ebs, 1))) == exceeded);
  CHECK(judged({"ebs-0"}, {{"not-there"}}, csi_node(driver(ebs, 1))) == "fits");
}

TEST_CASE("NodeVolumeLimits: each driver has a limit of its own") {
  const std::string both = csi_node(driver(ebs, 2) + ", " + driver("pd.csi.storage.gke.io", 2));
  CHECK(judged({"ebs-0"}, {{"gce-0", "gce-1"}, {"ebs-1", "ebs-2"}}, both) == exceeded);
  CHECK(judged({"gce-0", "gce-1"}, {{"ebs-1", "ebs-2"}}, both) == "fits");
}

TEST_CASE("NodeVolumeLimits: attachments without a pod count, and those with one count once") {
  CHECK(judged({"ebs-0"}, {}, csi_node(driver(ebs, 2)), {attachment("a", "pv-ebs-1"), attachment("b", "pv-ebs-2")}) ==
        exceeded);
  CHECK(judged({"ebs-0"}, {}, csi_node(driver(ebs, 2)), {attachment("a", "pv-ebs-1")}) == "fits");
  CHECK(judged({"ebs-0"}, {{"ebs-1"}}, csi_node(driver(ebs, 2)), {attachment("a", "pv-ebs-1")}) == "fits");
  CHECK(judged({"ebs-0"}, {}, csi_node(driver(ebs, 1)),
               {attachment("a", "pv-ebs-1", "other"), attachment("b", "gone"), attachment("c", "pv-tree-0")}) ==
        "fits");
}

TEST_CASE("NodeVolumeLimits: in-tree disks count as their CSI driver's where there is a CSINode") {
  const std::string two = csi_node(driver(ebs, 2));
  CHECK(judged({"tree-0"}, {{"tree-1", "tree-2"}}, two) == exceeded);
  CHECK(judged({"tree-0"}, {{"ebs-1", "ebs-2"}}, two) == exceeded);
  CHECK(judged({"ebs-0"}, {{"tree-1", "tree-2"}}, two) == exceeded);
  CHECK(judged({"pending-in-tree"}, {{"tree-1", "tree-2"}}, two) == exceeded);
  CHECK(judged({"tree-0"}, {{"tree-1", "tree-2"}}, "") == "fits");
  const auto inlined = [&](const std::string& id) {
    std::vector<std::string> all = world();
    all.push_back(two);
    all.push_back(pod_yaml("placed", claims({"tree-1", "tree-2"}), "n"));
    all.push_back(pod_yaml("p", "{name: v, awsElasticBlockStore: {volumeID: '" + id + "'}}"));
    return verdicts("NodeVolumeLimits", join(all));
  };
  CHECK(inlined("aws-inline1") == exceeded);
  CHECK(inlined("tree-1") == "fits");
  CHECK(inlined("aws://us-east-1a/bad") ==
        "running \"NodeVolumeLimits\" filter plugin: converting volume(v) from inline to csi: failed to translate "
        "Kubernetes ID to EBS Volume ID Invalid format for AWS volume (aws://us-east-1a/bad)");
}

TEST_CASE("NodeVolumeLimits: the claim of an ephemeral volume must be there and be the pod's own") {
  const auto with = [&](const std::string& claim) {
    std::vector<std::string> all{node_yaml("n"), class_yaml("csi-sc", "WaitForFirstConsumer", ebs),
                                 csi_node(driver(ebs, 1)),
                                 pod_yaml("p", "{name: v, ephemeral: {volumeClaimTemplate: {}}}")};
    if (!claim.empty()) all.push_back(claim);
    return verdicts("NodeVolumeLimits", join(all));
  };
  CHECK(with("") ==
        R"(UnschedulableAndUnresolvable: looking up PVC default/p-v: persistentvolumeclaim "p-v" not found)");
  CHECK(with(claim_yaml("p-v", "storageClassName: csi-sc")) ==
        "running \"NodeVolumeLimits\" filter plugin: PVC default/p-v was not created for pod default/p (pod is not "
        "owner)");
  CHECK(with(claim_yaml("p-v", "storageClassName: csi-sc",
                        "ownerReferences: [{apiVersion: v1, kind: Pod, name: p, uid: p-uid, controller: true}]")) ==
        "fits");
}

TEST_CASE("NodeVolumeLimits: a driver that must be there keeps pods off nodes without it") {
  const auto at = [&](const std::string& opted, const std::string& csi) {
    return judged(
        {"ebs-0"}, {}, csi,
        {"{kind: CSIDriver, apiVersion: storage.k8s.io/v1, metadata: {name: ebs.csi.aws.com}, spec: {" + opted + "}}"});
  };
  const std::string missing = "Unschedulable: ebs.csi.aws.com CSI driver is not installed on the node";
  CHECK(at("preventPodSchedulingIfMissing: true", "") == missing);
  CHECK(at("preventPodSchedulingIfMissing: true", csi_node(driver("other", 1))) == missing);
  CHECK(at("preventPodSchedulingIfMissing: true", csi_node(driver(ebs, 1))) == "fits");
  CHECK(at("preventPodSchedulingIfMissing: false", "") == "fits");
  CHECK(at("", "") == "fits");
}

TEST_CASE("NodeVolumeLimits: is woken by room for volumes and by its claims") {
  one_plugin plugin("NodeVolumeLimits");
  const k8s::pod_ptr p = load(plugin, pod_yaml("p", claim_volume("c")));
  const k8s::pod_ptr inlined = load(plugin, pod_yaml("q", "{name: v, awsElasticBlockStore: {volumeID: vol-1}}"));
  const k8s::pod_ptr other = load(plugin, pod_yaml("r", "{name: v, gcePersistentDisk: {pdName: d}}"));
  const auto limits = [&](int before, int now) {
    using node = k8s::csi_node;
    const auto a = object_of<node, &k8s::cluster_objects::csi_nodes>(csi_node(driver(ebs, before)));
    const auto b = object_of<node, &k8s::cluster_objects::csi_nodes>(csi_node(driver(ebs, now)));
    cluster_event e{.resource = event_resource::csi_node, .actions = action_update};
    e.old_object = a.get();
    e.new_object = b.get();
    return plugin.cures(p, e);
  };
  CHECK(limits(1, 2));
  CHECK_FALSE(limits(2, 1));
  CHECK_FALSE(limits(2, 2));
  CHECK(plugin.cures(p, {.resource = event_resource::csi_node, .actions = action_add}));

  const auto leaves = [&](const std::string& volumes, const std::string& node) {
    const auto read = k8s::read_cluster(pod_yaml("gone", volumes, node), "pod");
    return plugin.cures(p, pod_event(event_resource::assigned_pod, action_delete, read->pods.front().get(), nullptr));
  };
  CHECK(leaves(claim_volume("x"), "n"));
  CHECK(leaves("{name: v, awsElasticBlockStore: {volumeID: vol-1}}", "n"));
  CHECK_FALSE(leaves("", "n"));
  CHECK_FALSE(leaves("{name: v, rbd: {image: i}}", "n"));
  CHECK_FALSE(leaves(claim_volume("x"), ""));

  const auto detached = [&](const k8s::pod_ptr& waiting) {
    const auto gone =
        object_of<k8s::volume_attachment, &k8s::cluster_objects::volume_attachments>(attachment("a", "pv"));
    cluster_event e{.resource = event_resource::volume_attachment, .actions = action_delete};
    e.old_object = gone.get();
    return plugin.cures(waiting, e);
  };
  CHECK(detached(p));
  CHECK(detached(inlined));
  CHECK_FALSE(detached(other));

  for (const bool mine : {true, false}) {
    const auto claim =
        object_of<k8s::persistent_volume_claim, &k8s::cluster_objects::claims>(claim_yaml(mine ? "c" : "d", ""));
    cluster_event e{.resource = event_resource::persistent_volume_claim, .actions = action_add};
    e.new_object = claim.get();
    CHECK(plugin.cures(p, e) == mine);
    e.actions = action_update;
    CHECK_FALSE(plugin.cures(p, e));
  }
}

TEST_CASE("NodeVolumeLimits: explains how many volumes of which driver a node has") {
  one_plugin plugin("NodeVolumeLimits");
  std::vector<std::string> all = world();
  all.push_back(csi_node(driver(ebs, 3)));
  all.push_back(pod_yaml("placed", claims({"ebs-1", "ebs-2"}), "n"));
  all.push_back(attachment("a", "pv-ebs-3"));
  all.push_back(pod_yaml("p", claims({"ebs-0"})));
  const explanation e = plugin.judge(load(plugin, join(all)));
  REQUIRE(e.shortfalls.told.size() == 1);
  CHECK(e.shortfalls.told[0].text == "needs 1 more volume of driver ebs.csi.aws.com: 3 of 3 attached on n");
}
