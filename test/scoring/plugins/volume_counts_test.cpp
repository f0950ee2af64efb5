#include "test/scoring/plugins/storage_cluster.hpp"

using namespace berth;
using namespace berth::test;

/// NodeVolumeLimits over several nodes, where it goes by numbers as long as no limit is near.
namespace {

constexpr auto exceeded = "Unschedulable: node(s) exceed max volume count";

/// Nodes a and b, which take two volumes each; claims c0 to c5 with a volume each.
struct two_nodes {
  two_nodes() {
    std::vector<std::string> all{node_yaml("a"), node_yaml("b"), limit_yaml("a", 2), limit_yaml("b", 2)};
    for (int i = 0; i < 6; ++i) {
      const std::string n = std::to_string(i);
      all.push_back(volume_yaml("v" + n, "csi: {driver: d, volumeHandle: h" + n + "}", "", "Bound"));
      all.push_back(bound_claim_yaml("c" + n, "v" + n));
    }
    load(limits, join(all));
  }
  static std::string limit_yaml(const std::string& node, int limit) {
    return "{kind: CSINode, apiVersion: storage.k8s.io/v1, metadata: {name: " + node +
           "}, spec: {drivers: [{name: d, nodeID: i, allocatable: {count: " + std::to_string(limit) + "}}]}}";
  }
  static std::string attachment_yaml(const std::string& name, const std::string& volume, const std::string& node) {
    return "{kind: VolumeAttachment, apiVersion: storage.k8s.io/v1, metadata: {name: " + name +
           "}, spec: {attacher: d, nodeName: " + node + ", source: {persistentVolumeName: " + volume + "}}}";
  }
  two_nodes& with(const std::string& yaml) { return load(limits, yaml), *this; }
  two_nodes& placed(const std::string& name, const std::string& claim, const std::string& node) {
    return with(pod_yaml(name, claim_volume(claim), node));
  }
  std::string verdict() { return verdicts(limits, load(limits, pod_yaml("new", claim_volume("c0")))); }

  one_plugin limits{"NodeVolumeLimits"};
};

}  // namespace

TEST_CASE("volumes of placed pods fill a node, and a pod that goes frees its room") {
  two_nodes w;
  CHECK(w.verdict() == "fits; fits");
  w.placed("p1", "c1", "a");
  CHECK(w.verdict() == "fits; fits");
  w.placed("p2", "c2", "a");
  CHECK(w.verdict() == std::string(exceeded) + "; fits");
  w.limits.gone("p1-uid");
  CHECK(w.verdict() == "fits; fits");
}

TEST_CASE("volumes that several pods of a node mount are one") {
  two_nodes w;
  w.placed("p1", "c1", "a").placed("p2", "c1", "a").placed("p3", "c1", "a");
  CHECK(w.verdict() == "fits; fits");
  w.placed("p4", "c0", "b").placed("p5", "c1", "b");
  CHECK(w.verdict() == "fits; fits");  // the pod's own is there already
}

TEST_CASE("attachments without a pod fill a node until they go") {
  two_nodes w;
  CHECK(w.verdict() == "fits; fits");
  w.with(two_nodes::attachment_yaml("x1", "v1", "b")).with(two_nodes::attachment_yaml("x2", "v2", "b"));
  CHECK(w.verdict() == "fits; " + std::string(exceeded));
  k8s::volume_attachment gone;
  gone.name = "x1";
  w.limits.nodes().storage().remove(gone);
  CHECK(w.verdict() == "fits; fits");
}

TEST_CASE("a CSINode that comes, changes or goes is heeded at once") {
  two_nodes w;
  w.placed("p1", "c1", "a");
  CHECK(w.verdict() == "fits; fits");
  w.with(two_nodes::limit_yaml("a", 1));
  CHECK(w.verdict() == std::string(exceeded) + "; fits");
  k8s::csi_node gone;
  gone.name = "a";
  w.limits.nodes().storage().remove(gone);
  CHECK(w.verdict() == "fits; fits");
  w.with(two_nodes::limit_yaml("c", 0)).with(node_yaml("c"));
  CHECK(w.verdict() == "fits; fits; " + std::string(exceeded));
}

TEST_CASE("a node that is deleted and made anew has what is on it then") {
  two_nodes w;
  w.placed("p1", "c1", "a").placed("p2", "c2", "a");
  CHECK(w.verdict() == std::string(exceeded) + "; fits");
  w.limits.gone("p1-uid").gone("p2-uid");
  w.limits.nodes().remove_node("a");
  CHECK(w.verdict() == "fits");
  w.with(two_nodes::attachment_yaml("x1", "v1", "a")).with(node_yaml("a"));
  CHECK(w.verdict() == "fits; fits");
  w.placed("p3", "c3", "a");
  CHECK(w.verdict() == std::string(exceeded) + "; fits");
}
