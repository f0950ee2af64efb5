#include "k8s/codec/decode.hpp"
#include "test/k8s/api/samples.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;
using op = selector_operator;

namespace {

quantity amount(const char* text) { return *quantity::parse(text); }

resource_list amounts(std::vector<std::pair<const char*, const char*>> pairs) {
  resource_list list;
  for (const auto& [name, text] : pairs) list.set(name, amount(text));
  return list;
}

pod_ptr pod_of(std::string_view json) {
  auto p = decode_pod(json);
  if (!p) FAIL(p.error().detail);
  return *p;
}

/// A pod with this spec and status.
pod_ptr pod_with(const std::string& spec, const std::string& status = "{}") {
  return pod_of(R"({"metadata": {"name": "p"}, "spec": )" + spec + R"(, "status": )" + status + "}");
}

}  // namespace

TEST_CASE("decode pod: metadata") {
  const pod_ptr p = pod_of(full_pod);
  CHECK(p->key == object_key{"shop", "web-1"});
  CHECK(p->uid == "5e8f");
  CHECK(p->resource_version == "123");
  CHECK(p->generation == 3);
  CHECK(p->created == timestamp{std::chrono::seconds{1767366245}});
  CHECK(p->deleted == timestamp{std::chrono::seconds{1767369845}});
  CHECK(p->terminating());
  CHECK(p->spec->namespace_ == "shop");
  CHECK(p->spec->labels == string_map{{"app", "web"}, {"tier", "front"}});
  CHECK(p->spec->owner == controller_owner{"apps/v1", "ReplicaSet", "web", "u1"});
}

TEST_CASE("decode pod: where it is, where it may go and how it is judged") {
  const pod_ptr p = pod_of(full_pod);
  CHECK(p->node_name == "node-1");
  CHECK(p->scheduling_gates == std::vector<std::string>{"example.com/a", "example.com/b"});
  CHECK(p->spec->scheduler_name == "berth");
  CHECK(p->spec->priority == 7);
  CHECK_FALSE(p->spec->may_preempt);
  CHECK(p->spec->node_selector == string_map{{"disk", "ssd"}});
  CHECK(p->spec->tolerations ==
        std::vector<toleration>{{"a", toleration_operator::exists, "", taint_effect::no_execute},
                                {"b", toleration_operator::equal, "v", taint_effect::prefer_no_schedule},
                                {"", toleration_operator::exists, "", taint_effect::any}});
}

TEST_CASE("decode pod: affinity") {
  const pod_ptr p = pod_of(full_pod);
  const node_affinity expected{node_selector{{{{{"zone", op::in, {"b", "a", "b"}}, {"cores", op::gt, {"4"}}},
                                               {{"metadata.name", op::not_in, {"node-9"}}}}}},
                               {{5, {{{"gpu", op::does_not_exist, {}}}, {}}}}};
  CHECK(p->spec->affinity == expected);

  const pod_affinity_term near_db{
      label_selector{{{"app", "db"}}, {}}, {"data"}, label_selector{}, "zone", {"v"}, {"t"}};
  CHECK(p->spec->pod_affinity_rules == pod_affinity{{near_db}, {}});
  const pod_affinity_term apart{label_selector{{}, {{"app", op::exists, {}}}}, {}, std::nullopt, "host", {}, {}};
  CHECK(p->spec->pod_anti_affinity_rules == pod_affinity{{}, {{9, apart}}});
}

TEST_CASE("decode pod: spread constraints") {
  const pod_ptr p = pod_of(full_pod);
  const topology_spread_constraint expected{2, "zone", false, label_selector{{{"app", "web"}}, {}},
                                            3, false,  true,  {"pod-template-hash"}};
  CHECK(p->spec->spread_constraints == std::vector{expected});
}

TEST_CASE("decode pod: containers, what they ask for, their limits and the host ports they take") {
  const pod_ptr p = pod_of(full_pod);
  CHECK(p->spec->init_containers ==
        std::vector<container>{{"mesh", "mesh:1", amounts({{"cpu", "50m"}}), {{"10.0.0.1", "UDP", 15000}}, true},
                               {"setup", "setup:1", {}, {}, false}});
  CHECK(p->spec->containers ==
        std::vector<container>{{"web",
                                "nginx:1.25",
                                amounts({{"cpu", "100m"}, {"memory", "128Mi"}, {"nvidia.com/gpu", "2"}}),
                                {{"", "TCP", 8080}},
                                false,
                                amounts({{"cpu", "1"}, {"nvidia.com/gpu", "2"}})}});
  CHECK(p->spec->overhead == amounts({{"memory", "10Mi"}}));
  CHECK(p->spec->pod_limits == amounts({{"memory", "1Gi"}}));
  CHECK(p->spec->resource_claims == 2);
}

TEST_CASE("decode pod: volumes that a scheduler looks at") {
  const pod_ptr p = pod_of(full_pod);
  CHECK(p->spec->volumes ==
        std::vector<volume>{{"data", volume_kind::claim, "disk-1"},
                            {"scratch", volume_kind::ephemeral, ""},
                            {"model", volume_kind::image, "registry/model:1"},
                            {"old", volume_kind::inline_disk, "", disk{.kind = disk_kind::gce_pd, .id = "pd"}}});
}

TEST_CASE("decode pod: status") {
  const pod_ptr p = pod_of(full_pod);
  CHECK(p->phase == pod_phase::running);
  CHECK(p->nominated_node_name == "node-2");
  CHECK(p->started == timestamp{std::chrono::seconds{1767366300}});
  CHECK(p->scheduled == scheduled_condition{false, "Unschedulable", "0/1 nodes are available"});
  CHECK_FALSE(p->resize_infeasible);
  CHECK(p->status_resources ==
        std::vector<container_status_resources>{{"web", amounts({{"cpu", "200m"}}), amounts({{"cpu", "300m"}})}});
  CHECK_FALSE(p->pod_level_status.has_value());
}

TEST_CASE("decode pod: what is absent has v1's defaults") {
  const pod_ptr p = pod_of(R"({"metadata": {"name": "p"}})");
  CHECK(p->key == object_key{"default", "p"});
  CHECK(p->phase == pod_phase::pending);
  CHECK_FALSE(p->created.has_value());
  CHECK_FALSE(p->terminating());
  CHECK_FALSE(p->scheduled.has_value());
  pod_spec expected;
  expected.namespace_ = "default";
  expected.scheduler_name = "default-scheduler";
  CHECK(*p->spec == expected);
  CHECK(p->spec->priority == 0);
  CHECK(p->spec->may_preempt);
}

TEST_CASE("decode pod: a constraint's defaults are upstream's") {
  const pod_ptr p = pod_with(R"({"topologySpreadConstraints": [{"topologyKey": "zone", "maxSkew": 1}]})");
  CHECK(p->spec->spread_constraints ==
        std::vector<topology_spread_constraint>{{1, "zone", true, {}, 1, true, false, {}}});
}

TEST_CASE("decode pod: requests that are not given come from the limits") {
  const pod_ptr p = pod_with(R"({"containers": [{"resources": {"limits": {"cpu": "1", "memory": "1Gi"},
    "requests": {"cpu": "0"}}}], "initContainers": [{"resources": {"limits": {"cpu": "3"}}}]})");
  CHECK(p->spec->containers[0].requests == amounts({{"cpu", "0"}, {"memory", "1Gi"}}));
  CHECK(p->spec->init_containers[0].requests == amounts({{"cpu", "3"}}));
  CHECK(p->spec->containers[0].limits == amounts({{"cpu", "1"}, {"memory", "1Gi"}}));
  CHECK(p->spec->init_containers[0].limits == amounts({{"cpu", "3"}}));
}

TEST_CASE("decode pod: on the host's network every port is the host's") {
  const char* ports = R"("containers": [{"ports": [{"containerPort": 80}, {"containerPort": 81, "hostPort": 91}]}])";
  CHECK(pod_with(std::string("{") + ports + "}")->spec->containers[0].host_ports ==
        std::vector<host_port>{{"", "TCP", 91}});
  CHECK(pod_with(std::string(R"({"hostNetwork": true, )") + ports + "}")->spec->containers[0].host_ports ==
        std::vector<host_port>{{"", "TCP", 80}, {"", "TCP", 91}});
}

TEST_CASE("decode pod: a pod that asks as a whole asks for what its containers ask, then for its limits") {
  const std::string containers = R"("containers": [{"resources": {"requests": {"cpu": "1", "example.com/x": "1"}}},
    {"resources": {"requests": {"cpu": "1", "hugepages-2Mi": "4Mi"}}}],
    "initContainers": [{"resources": {"requests": {"cpu": "500m"}}, "restartPolicy": "Always"},
                       {"resources": {"requests": {"cpu": "9", "memory": "1Gi"}}}])";
  CHECK(pod_with("{" + containers + "}")->spec->pod_requests.empty());
  CHECK(pod_with("{" + containers + R"(, "resources": {"limits": {"memory": "8Gi"}}})")->spec->pod_requests ==
        amounts({{"cpu", "9500m"}, {"memory", "1Gi"}, {"hugepages-2Mi", "4Mi"}}));
  CHECK(pod_with("{" + containers + R"(, "resources": {"requests": {"cpu": "2"}, "limits": {"hugepages-2Mi": "8Mi"}}})")
            ->spec->pod_requests == amounts({{"cpu", "2"}, {"memory", "1Gi"}, {"hugepages-2Mi", "8Mi"}}));
  CHECK(pod_with(R"({"resources": {"limits": {"memory": "8Gi", "example.com/x": "1"}}})")->spec->pod_requests ==
        amounts({{"memory", "8Gi"}}));
}

TEST_CASE("decode pod: words that nobody knows are kept as unknown, or taken for the stricter") {
  const pod_ptr p = pod_with(R"({"tolerations": [{"operator": "Gt", "effect": "Sideways", "value": "1"}],
    "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
      {"matchExpressions": [{"key": "a", "operator": "Like"}, {"key": "b"}]}]}}},
    "topologySpreadConstraints": [{"whenUnsatisfiable": "Later", "nodeTaintsPolicy": "Maybe",
      "labelSelector": {"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["1"]}]}}],
    "preemptionPolicy": "Sometimes"})",
                             R"({"phase": "Dreaming"})");
  CHECK(p->spec->tolerations[0] == toleration{"", toleration_operator::unknown, "1", taint_effect::unknown});
  const auto& requirements = p->spec->affinity->required->terms[0].match_expressions;
  CHECK(requirements[0].op == op::unknown);
  CHECK(requirements[1].op == op::unknown);
  CHECK(p->spec->spread_constraints[0].do_not_schedule);
  CHECK(p->spec->spread_constraints[0].honor_node_taints);
  CHECK(p->spec->spread_constraints[0].selector->match_expressions[0].op == op::unknown);
  CHECK(p->spec->may_preempt);
  CHECK(p->phase == pod_phase::unknown);
}

TEST_CASE(
    "decode pod: rules that say nothing are as absent, but an empty required node selector is kept: it matches "
    "nothing") {
  const pod_ptr p = pod_with(R"({"affinity": {"nodeAffinity": {}, "podAffinity": {}, "podAntiAffinity": {}}})");
  CHECK_FALSE(p->spec->affinity.has_value());
  CHECK_FALSE(p->spec->pod_affinity_rules.has_value());
  CHECK_FALSE(p->spec->pod_anti_affinity_rules.has_value());
  const pod_ptr q =
      pod_with(R"({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}}})");
  CHECK(q->spec->affinity == node_affinity{node_selector{}, {}});
}

TEST_CASE("decode pod: every kind of disk that conflicts or counts is told apart, and null is no source") {
  using kind = disk_kind;
  const std::vector<std::pair<std::string, disk>> all{
      {R"("gcePersistentDisk": {"pdName": "d", "readOnly": true, "x": [1]})", {kind::gce_pd, "d", true}},
      {R"("awsElasticBlockStore": {"volumeID": "vol-1"})", {kind::aws_ebs, "vol-1"}},
      {R"("iscsi": {"iqn": "iqn.2001", "targetPortal": "1.2.3.4", "lun": 0})", {kind::iscsi, "iqn.2001"}},
      {R"("rbd": {"image": "i", "monitors": ["a", "b"], "readOnly": true})",
       {.kind = kind::rbd, .id = "i", .read_only = true, .pool = "rbd", .monitors = {"a", "b"}}},
      {R"("azureDisk": {"diskName": "n", "diskURI": "/subscriptions/d"})",
       {.kind = kind::azure_disk, .id = "/subscriptions/d", .azure_kind = "Shared"}},
      {R"("azureDisk": {"diskURI": "u", "kind": "Managed"})",
       {.kind = kind::azure_disk, .id = "u", .azure_kind = "Managed"}},
      {R"("azureFile": {"secretName": "s", "shareName": "f"})", {kind::azure_file}},
      {R"("cinder": {"volumeID": "c"})", {kind::cinder, "c"}},
      {R"("vsphereVolume": {"volumePath": "[ds] x.vmdk"})", {kind::vsphere, "[ds] x.vmdk"}},
      {R"("portworxVolume": {"volumeID": "p"})", {kind::portworx, "p"}},
      {R"("csi": {"driver": "d.example", "volumeAttributes": {"a": "b"}})", {.kind = kind::csi, .driver = "d.example"}},
  };
  for (const auto& [text, expected] : all) {
    CAPTURE(text);
    const pod_ptr p = pod_with(R"({"volumes": [{"name": "v", )" + text + "}]}");
    CHECK(p->spec->volumes == std::vector<volume>{{"v", volume_kind::inline_disk, "", expected}});
  }
  CHECK(pod_with(R"({"volumes": [{"name": "v", "rbd": null}, {"name": "w", "nfs": {}}]})")->spec->volumes.empty());
}

TEST_CASE("decode pod: resized containers keep what status says, with upstream's stand-ins for what it leaves out") {
  const std::string spec = R"({"containers": [{"name": "a", "resources": {"requests": {"cpu": "2"}}}]})";
  const auto statuses = [&](const std::string& status) { return pod_with(spec, status)->status_resources; };
  const resource_list one = amounts({{"cpu", "1"}});
  const resource_list two = amounts({{"cpu", "2"}});

  CHECK(statuses(R"({"containerStatuses": [{"name": "a"}]})").empty());
  CHECK(statuses(R"({"containerStatuses": [{"name": "a", "allocatedResources": {"cpu": "2"},
                    "resources": {"requests": {"cpu": "2000m"}}}]})")
            .empty());
  CHECK(statuses(R"({"containerStatuses": [{"name": "a", "allocatedResources": {"cpu": "1"}}]})") ==
        std::vector<container_status_resources>{{"a", one, one}});
  CHECK(statuses(R"({"containerStatuses": [{"name": "a", "resources": {"requests": {"cpu": "1"}}}]})") ==
        std::vector<container_status_resources>{{"a", two, one}});

  const pod_ptr infeasible =
      pod_with(spec, R"({"conditions": [{"type": "PodResizePending", "reason": "Infeasible"}]})");
  CHECK(infeasible->resize_infeasible);
  CHECK(infeasible->status_resources == std::vector<container_status_resources>{{"a", {}, {}}});
}

TEST_CASE("decode pod: of two statuses with one name the first counts, and those of init containers come last") {
  const auto held = [](const char* container, const std::string& status) {
    const pod_ptr p =
        pod_with(R"({"containers": [{"name": "a"}, {"name": "b"}], "initContainers": [{"name": "i"}]})", status);
    for (const container_status_resources& s : p->status_resources)
      if (s.name == container) return s.allocated;
    return resource_list();
  };
  const auto status = [](const char* name, const char* cpu) {
    return std::string(R"({"name": ")") + name + R"(", "allocatedResources": {"cpu": ")" + cpu + R"("}})";
  };
  const std::string all = R"({"initContainerStatuses": [)" + status("i", "5") + "," + status("a", "6") +
                          R"(], "containerStatuses": [)" + status("b", "3") + "," + status("a", "1") + "," +
                          status("a", "2") + "," + status("gone", "4") + "]}";
  CHECK(held("a", all) == amounts({{"cpu", "1"}}));
  CHECK(held("b", all) == amounts({{"cpu", "3"}}));
  CHECK(held("i", all) == amounts({{"cpu", "5"}}));
}

TEST_CASE("decode pod: status of the pod as a whole is kept only where it changes what the pod holds") {
  const std::string spec = R"({"containers": [{"name": "a", "resources": {"requests": {"cpu": "2"}}}],
    "overhead": {"cpu": "1"}})";
  const auto status = [](const char* allocated, const char* actual) {
    return std::string(R"({"allocatedResources": {"cpu": ")") + allocated +
           R"("}, "resources": {"requests": {"cpu": ")" + actual +
           R"("}}, "containerStatuses": [{"name": "a", "allocatedResources": {"cpu": "9"}}]})";
  };
  const pod_ptr settled = pod_with(spec, status("3", "2"));  // the overhead is in it
  CHECK_FALSE(settled->pod_level_status.has_value());
  CHECK_FALSE(settled->reports_resources());
  const pod_ptr grown = pod_with(spec, status("2", "4"));
  CHECK(grown->pod_level_status == pod_status_resources{amounts({{"cpu", "2"}}), amounts({{"cpu", "4"}})});
  CHECK(grown->status_resources.empty());
}

TEST_CASE("decode pod: status of the pod as a whole that is absent leaves the containers', and empty stands for them") {
  const std::string spec = R"({"containers": [{"name": "a", "resources": {"requests": {"cpu": "2"}}}]})";
  const auto pod = [&](const std::string& status) {
    return pod_with(spec,
                    R"({"containerStatuses": [{"name": "a", "allocatedResources": {"cpu": "9"}}], )" + status + "}");
  };
  CHECK_FALSE(pod(R"("allocatedResources": {}, "resources": {"requests": {}})")->reports_resources());
  for (const char* incomplete : {R"("allocatedResources": {"cpu": "3"})", R"("resources": {"requests": {"cpu": "3"}})",
                                 R"("allocatedResources": {"cpu": "3"}, "resources": {})",
                                 R"("allocatedResources": null, "resources": {"requests": {"cpu": "3"}})"}) {
    CAPTURE(incomplete);
    CHECK(pod(incomplete)->status_resources.size() == 1);
    CHECK_FALSE(pod(incomplete)->pod_level_status.has_value());
  }
}

TEST_CASE("decode pod: a pod-level request that is being resized keeps what status says of it, complete or not") {
  const auto pod = [](const std::string& status) {
    return pod_with(R"({"containers": [{"name": "a"}], "resources": {"requests": {"cpu": "1"}}})", "{" + status + "}");
  };
  CHECK_FALSE(pod(R"("allocatedResources": {"cpu": "3"})")->pod_level_status.has_value());
  CHECK(pod(R"("allocatedResources": {"cpu": "3"}, "resources": {})")->pod_level_status ==
        pod_status_resources{amounts({{"cpu", "3"}}), std::nullopt});
  CHECK_FALSE(pod(R"("allocatedResources": {"cpu": "1"}, "resources": {})")->pod_level_status.has_value());
}

TEST_CASE("decode pod: the items of a list have no kind, and another kind is refused by name") {
  CHECK(decode_pod(R"({"metadata": {"name": "p"}})").has_value());
  const auto e = decode_pod(R"({"kind": "Node", "metadata": {"name": "n"}})").error();
  CHECK(e.code == errc::unexpected_answer);
  CHECK(e.detail == "expected a Pod, got Node n");
  CHECK(decode_pod("{}").error().detail == "Pod: metadata.name: missing");
}

TEST_CASE("decode pod: errors name the object, the field and the byte") {
  const auto detail = [](const std::string& json) { return decode_pod(json).error().detail; };
  CHECK(
      detail(
          R"({"metadata": {"name": "web", "namespace": "shop"}, "spec": {"containers": [{}, {"resources": {"requests": {"cpu": "1x"}}}]}})") ==
      R"(Pod shop/web: spec.containers[1].resources.requests["cpu"]: "1x" is not a quantity, at byte 118)");
  CHECK(detail(R"({"metadata": {"name": "web"}, "spec": {"priority": "high"}})") ==
        "Pod web: spec.priority: expected an integer, got a string, at byte 57");
  CHECK(detail(R"({"spec": {"priority": 1.5}})") == "Pod: spec.priority: 1.5 is no integer of 32 bits, at byte 22");
  CHECK(detail(R"({"spec": {"priority": 4294967296}})") ==
        "Pod: spec.priority: 4294967296 is no integer of 32 bits, at byte 22");
  CHECK(detail(R"({"spec": []})") == "Pod: spec: expected an object, got a list, at byte 9");
  CHECK(detail(R"({"metadata": {"labels": {"a": 1}}})") ==
        R"(Pod: metadata.labels["a"]: expected a string, got a number, at byte 30)");
  CHECK(detail(R"({"metadata": {"creationTimestamp": "today"}})") ==
        R"(Pod: metadata.creationTimestamp: "today" is not a time, at byte 42)");
  CHECK(detail(R"({"metadata": {"name": "a\nb"}, "spec": 1})") ==
        "Pod a?b: spec: expected an object, got a number, at byte 39");
  CHECK(detail(R"([])") == "Pod: expected an object, got a list, at byte 0");
}

TEST_CASE("decode pod: a static pod's mirror is its node's, by its owner or by the annotation alone") {
  const auto owner_of = [](const std::string& metadata) {
    return pod_of(R"({"metadata": {"name": "p", )" + metadata + R"(}, "spec": {"nodeName": "n"}})")->spec->owner;
  };
  CHECK(owner_of(R"("annotations": {"kubernetes.io/config.mirror": "abc", "a": "b"})") ==
        controller_owner{"v1", "Node", "n", ""});
  CHECK(owner_of(R"("annotations": {"kubernetes.io/config.mirror": "abc"}, "ownerReferences": [{"apiVersion": "v1",
            "kind": "Node", "name": "n", "uid": "u", "controller": true}])") ==
        controller_owner{"v1", "Node", "n", "u"});
  CHECK_FALSE(owner_of(R"("annotations": {"kubernetes.io/config.source": "api"})"));
}
