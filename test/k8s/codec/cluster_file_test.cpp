#include "k8s/codec/cluster_file.hpp"
#include "k8s/codec/list_splitter.hpp"
#include "test/k8s/api/samples.hpp"
#include "test/k8s/codec/cluster_file_reading.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;
using namespace berth::test;

TEST_CASE("cluster file: a list of mixed kinds, as kubectl prints it") {
  const cluster_objects c = read(list_of(std::string(full_pod) + "," + std::string(full_node) +
                                         R"(,{"kind": "Namespace", "metadata": {"name": "shop", "labels": {"a": "b"}}},
                   {"kind": "Secret", "metadata": {"name": "s"}}, {"kind": "Secret", "metadata": {"name": "t"}})"),
                                 object_source::server);
  REQUIRE(c.pods.size() == 1);
  CHECK(c.pods[0]->key == object_key{"shop", "web-1"});
  REQUIRE(c.nodes.size() == 1);
  CHECK(c.nodes[0]->name == "node-1");
  REQUIRE(c.namespaces.size() == 1);
  CHECK(c.namespaces[0]->labels.contains("a"));
  CHECK(c.other_kinds == std::map<std::string, std::size_t>{{"Secret", 2}});
  CHECK(c.dropped.empty());
}

TEST_CASE("cluster file: services and workloads are kept in their selectors") {
  const cluster_objects c = read(list_of(
      R"({"kind": "Service", "metadata": {"name": "all", "namespace": "shop"}, "spec": {"selector": {"app": "web"}}},
         {"kind": "Service", "metadata": {"name": "external"}, "spec": {}},
         {"kind": "Service", "metadata": {"name": "empty"}, "spec": {"selector": {}}},
         {"kind": "ReplicationController", "metadata": {"name": "rc"}, "spec": {"selector": {"a": "b"}, "replicas": 2}},
         {"kind": "ReplicaSet", "metadata": {"name": "rs"}, "spec": {"selector": {"matchLabels": {"a": "b"},
            "matchExpressions": [{"key": "c", "operator": "Exists"}]}}},
         {"kind": "StatefulSet", "metadata": {"name": "ss"}, "spec": {"selector": null}})"));
  CHECK(c.dropped.empty());
  CHECK(c.other_kinds.empty());
  REQUIRE(c.services.size() == 3);
  CHECK(c.services[0]->key == object_key{"shop", "all"});
  REQUIRE(c.services[0]->selector);
  CHECK(*c.services[0]->selector->match_labels.find("app") == "web");
  CHECK(c.services[1]->key.namespace_ == "default");
  CHECK_FALSE(c.services[1]->selector);
  REQUIRE(c.services[2]->selector);
  CHECK(c.services[2]->selector->empty());
  REQUIRE(c.replication_controllers.size() == 1);
  CHECK(*c.replication_controllers[0]->selector->match_labels.find("a") == "b");
  REQUIRE(c.replica_sets.size() == 1);
  CHECK(*c.replica_sets[0]->selector->match_labels.find("a") == "b");
  CHECK(c.replica_sets[0]->selector->match_expressions.front().op == selector_operator::exists);
  REQUIRE(c.stateful_sets.size() == 1);
  CHECK_FALSE(c.stateful_sets[0]->selector);
}

TEST_CASE("cluster file: a typed list says the kind of its items, before them or after") {
  for (const std::string& text : {list_of(R"({"metadata": {"name": "n"}})", "NodeList"),
                                  std::string(R"({"kind": "NodeList", "items": [{"metadata": {"name": "n"}}]})"),
                                  std::string("kind: NodeList\nitems:\n- metadata: {name: \"n\"}\n"),
                                  std::string("items:\n- metadata: {name: \"n\"}\nkind: NodeList\n")}) {
    const cluster_objects c = read(text);
    REQUIRE(c.nodes.size() == 1);
    CHECK(c.nodes[0]->name == "n");
  }
}

TEST_CASE("cluster file: one object alone") {
  CHECK(read(full_pod).pods.size() == 1);
  CHECK(read("kind: Pod\nmetadata:\n  name: p\n").pods.size() == 1);
}

TEST_CASE("cluster file: YAML decodes as JSON does") {
  const cluster_objects c = read(R"(apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: p, namespace: shop, labels: {version: "1.0", on: "x"}}
  spec:
    priority: 1_000
    containers:
    - name: c
      resources:
        requests: {cpu: 1.5, memory: 128Mi, example.com/x: 1e3}
- kind: Node
  metadata: {name: "n"}
  status:
    allocatable: {cpu: "4", pods: 110}
kind: List
)");
  REQUIRE(c.pods.size() == 1);
  const pod_spec& spec = *c.pods[0]->spec;
  CHECK(spec.priority == 1000);
  CHECK(spec.labels == string_map{{"version", "1.0"}, {"true", "x"}});
  CHECK(spec.containers[0].requests.find("cpu")->milli_value() == 1500);
  CHECK(spec.containers[0].requests.find("memory")->value() == 128 << 20);
  CHECK(spec.containers[0].requests.find("example.com/x")->value() == 1000);
  REQUIRE(c.nodes.size() == 1);
  CHECK(c.nodes[0]->allocatable.find("pods")->value() == 110);
}

TEST_CASE("cluster file: several YAML documents, lists and objects") {
  const cluster_objects c = read(
      "---\nkind: Pod\nmetadata: {name: a}\n---\n---\nkind: List\nitems:\n"
      "- kind: Pod\n  metadata: {name: b}\n- kind: Pod\n  metadata: {name: c}\n");
  REQUIRE(c.pods.size() == 3);
  CHECK(c.pods[2]->key.name == "c");
}

TEST_CASE("cluster file: a malformed object is dropped and named, and the others stay") {
  const cluster_objects json = read(list_of(R"({"kind": "Pod", "metadata": {"name": "a"}},
    {"kind": "Pod", "metadata": {"name": "b", "namespace": "shop"}, "spec": {"containers": [{"image": 5}]}},
    {"metadata": {"name": "c"}}, {"kind": "Node", "metadata": {}}, {"kind": "Pod" "x"}, {"kind": 7})"));
  CHECK(json.pods.size() == 1);
  REQUIRE(json.dropped.size() == 5);
  std::vector<std::string> details;
  for (const error& e : json.dropped) details.push_back(e.detail);
  CHECK(details ==
        std::vector<std::string>{"f: items[1]: Pod shop/b: spec.containers[0].image: expected a string, got a number",
                                 "f: items[3]: Node: metadata.name: missing",
                                 "f: items[4]: Pod: missing a comma or '}' after an object member",
                                 "f: items[5]: kind: expected a string, got a number", "f: items[2]: no kind"});

  const cluster_objects yaml = read(
      "kind: List\nitems:\n- kind: Pod\n  metadata: {name: a}\n"
      "- kind: Pod\n  metadata: {name: b}\n  spec: {priority: x}\n- 5\n- {a: b}\n");
  CHECK(yaml.pods.size() == 1);
  REQUIRE(yaml.dropped.size() == 3);
  CHECK(yaml.dropped[0].detail == "f: line 5: Pod b: spec.priority: expected an integer, got a string");
  CHECK(yaml.dropped[1].detail == "f: line 8: expected an object, got a number");
  CHECK(yaml.dropped[2].detail == "f: line 9: no kind");
}

TEST_CASE("cluster file: JSON documents one after another are read as YAML documents are") {
  const std::string pod = R"({"kind": "Pod", "metadata": {"name": "a"}})";
  const std::string node = R"({"kind": "Node", "metadata": {"name": "n"}})";
  const std::string list = R"({"kind": "PodList", "items": [{"metadata": {"name": "b"}}]})";
  for (const char* between : {"", "\n", "\n\n", " ", "\r\n", "\n---\n", "\n--- \r\n---\n"}) {
    CAPTURE(between);
    const cluster_objects c = read(pod + between + node + between + list + between);
    CHECK(c.pods.size() == 2);
    CHECK(c.nodes.size() == 1);
    CHECK(c.dropped.empty());
  }
  CHECK(read("---\n" + pod + "\n---\nkind: Node\nmetadata: {name: m}\n---\n" + list).pods.size() == 2);
  CHECK(read(pod + "\nkind: Node\nmetadata: {name: m}\n").nodes.size() == 1);
  const auto broken = read_cluster(pod + R"({"kind": "List", "items": [{})", "f");
  CHECK(broken.error().detail == "f: document 2: list: cut short after 1 items");
  const cluster_objects odd = read(pod + R"({"kind": "PodList", "items": [{"kind": "Pod"}]})");
  REQUIRE(odd.dropped.size() == 1);
  CHECK(odd.dropped[0].detail.starts_with("f: document 2: items[0]: Pod: "));
}

// kubernetes/kubernetes#5840 (cat *.json), #12104 (pods back to back), #58834 (kubectl apply -o yaml of several
// objects), #8362 (a bare array: kubectl does not read it, but `kubectl get ... | jq .items` prints one).
TEST_CASE("cluster file: what public reports hand to kubectl is read as kubectl reads it") {
  const std::string one = "{\n  \"kind\": \"Pod\",\n  \"metadata\": {\n    \"name\": \"explorer-one\"\n  }\n}";
  const std::string two = "{\n  \"kind\": \"Pod\",\n  \"metadata\": {\n    \"name\": \"explorer-two\"\n  }\n}";
  CHECK(read(one + "\n" + two + "\n").pods.size() == 2);
  CHECK(read(one + two).pods.size() == 2);
  CHECK(read(one + "\n\n\n" + R"({"kind":"Node","metadata":{"name":"n"}})" + "\n").nodes.size() == 1);
  const cluster_objects separated =
      read("---\nkind: Pod\nmetadata: {name: a}\n...\n---\nkind: Node\nmetadata: {name: w}\n...\n");
  CHECK(separated.pods.size() == 1);
  CHECK(separated.nodes.size() == 1);
  CHECK(read("[" + one + "," + two + "]").pods.size() == 2);
}

TEST_CASE("cluster file: a bare list holds objects, as jq prints them and as YAML has them") {
  const std::string pod = R"({"kind": "Pod", "metadata": {"name": "a]"}})";
  const std::string list = R"({"kind": "NodeList", "items": [{"metadata": {"name": "n"}}]})";
  const cluster_objects slurped = read("[\n  " + pod + ",\n  " + list + "\n]\n" + pod);
  CHECK(slurped.pods.size() == 1);  // the last of the same name
  CHECK(slurped.nodes.size() == 1);
  CHECK(slurped.dropped.empty());
  CHECK(read("[]").dropped.empty());
  CHECK(read("[ ]\n").pods.empty());
  CHECK(read("- kind: Pod\n  metadata: {name: a}\n- kind: Node\n  metadata: {name: n1}\n").nodes.size() == 1);
  CHECK(read("[{kind: Pod, metadata: {name: a}}]").pods.size() == 1);
  const cluster_objects odd = read("[" + pod + R"(,{"metadata": {"name": "b"}}])");
  REQUIRE(odd.dropped.size() == 1);
  CHECK(odd.dropped[0].detail == "f: items[1]: no kind");
  CHECK(read("- {a: b}\n- 5\n").dropped[0].detail == "f: document 1: items[0]: no kind");
  CHECK(read_cluster("[" + pod, "f").error().detail == "f: list: cut short after 1 items");
  CHECK(read("[[" + pod + "]]").dropped.size() == 1);
}

// jq '{items: .items}'.
TEST_CASE("cluster file: a list that does not say that it is one is read as one") {
  const cluster_objects c = read(R"({"items": [{"kind": "Pod", "metadata": {"name": "a"}}, {"metadata": {}}]})");
  CHECK(c.pods.size() == 1);
  REQUIRE(c.dropped.size() == 1);
  CHECK(c.dropped[0].detail == "f: items[1]: no kind");
}

// replicatedhq/kURL#3310 (nodes.longhorn.io), Rancher's nodes.management.cattle.io, Knative's services (which are in
// `kubectl get all`), OpenKruise's StatefulSets.
TEST_CASE("cluster file: a kind counts with its own API group alone") {
  const cluster_objects c = read(
      "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nstatus: {capacity: {cpu: 4}}\n---\n"
      "apiVersion: longhorn.io/v1beta2\nkind: Node\nmetadata: {name: n1, namespace: longhorn-system}\n---\n"
      "apiVersion: management.cattle.io/v3\nkind: Node\nmetadata: {name: m-1}\n---\n"
      "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: s}\n---\n"
      "apiVersion: apps.kruise.io/v1beta1\nkind: StatefulSet\nmetadata: {name: s}\n---\n"
      "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: b}\n---\n"
      "apiVersion: extensions/v1beta1\nkind: ReplicaSet\nmetadata: {name: r}\n");
  REQUIRE(c.nodes.size() == 1);
  CHECK(c.nodes[0]->allocatable.find("cpu")->value() == 4);
  CHECK(c.services.empty());
  CHECK(c.stateful_sets.empty());
  CHECK(c.disruption_budgets.size() == 1);
  CHECK(c.replica_sets.size() == 1);
  CHECK(c.warnings.empty());
  CHECK(c.other_kinds == std::map<std::string, std::size_t>{{"Node of longhorn.io/v1beta2", 1},
                                                            {"Node of management.cattle.io/v3", 1},
                                                            {"Service of serving.knative.dev/v1", 1},
                                                            {"StatefulSet of apps.kruise.io/v1beta1", 1}});
}

TEST_CASE("cluster file: a kind in other letters is no kind, and the right one is named") {
  const cluster_objects c = read("kind: pod\nmetadata: {name: a}\n---\nkind: NODES\n---\nkind: podcast\n");
  REQUIRE(c.dropped.size() == 2);
  CHECK(c.dropped[0].detail == "f: document 1: kind: there is no \"pod\"; did you mean Pod?");
  CHECK(c.dropped[1].detail == "f: document 2: kind: there is no \"NODES\"; did you mean Node?");
  CHECK(c.other_kinds == std::map<std::string, std::size_t>{{"podcast", 1}});
}

// kubernetes/kubectl#816 (the last line of `cluster-info dump`), agapoff/check_kubernetes#19 (throttling),
// openshift/origin#23588 (warnings), and errors of `kubectl get ... > file 2>&1`.
TEST_CASE("cluster file: what kubectl tells people is passed over, but for what it could not get") {
  const std::string pod = R"({"kind": "Pod", "metadata": {"name": "a"}})";
  const std::string yaml = "kind: Pod\nmetadata:\n  name: a\n  annotations:\n    x: |\n      Error from server: no\n";
  for (const std::string& object : {pod + "\n", yaml})
    for (const std::string said :
         {"Warning: v1 ComponentStatus is deprecated in v1.19+", "Flag --export has been deprecated, no longer used",
          "I1119 10:00:00.000000   12 request.go:697] Waited for 1.05s due to client-side throttling",
          "E1128 09:12:55.1  77 memcache.go:265] couldn't get current server API group list: no",
          "Throttling request took 1.5s, request: GET:https://h", "Cluster info dumped to standard output"}) {
      CAPTURE(said);
      for (const std::string& text : {said + "\n" + object, object + said + "\n", object + said}) {
        const cluster_objects c = read(text);
        CHECK(c.pods.size() == 1);
        CHECK(c.dropped.empty());
      }
    }
  const std::string forbidden = "Error from server (Forbidden): namespaces is forbidden: User \"x\" cannot list";
  for (const std::string& object : {pod + "\n", yaml}) {
    const cluster_objects c = read(object + forbidden + "\n");
    CHECK(c.pods.size() == 1);
    REQUIRE(c.dropped.size() == 1);
    CHECK(c.dropped[0].detail.find("kubectl wrote an error in place of objects: " + forbidden) != std::string::npos);
  }
  CHECK(read("The connection to the server localhost:8080 was refused - did you specify the right host or port?\n")
            .dropped[0]
            .detail.starts_with("f: line 1: kubectl wrote an error in place of objects: The connection to the server"));
  CHECK(read("error: the server doesn't have a resource type \"pc\"\n").dropped.size() == 1);
  std::string many;
  for (int i = 0; i < 100; ++i) many += "error: x\n";
  CHECK(read(many).dropped.size() == 16);
  // Positions in what is left are those of the file.
  CHECK(read_cluster("Warning: x\na: b: c\n", "f").error().detail == "f:2:5: illegal map value");
}

TEST_CASE("cluster file: YAML in flow style is YAML") {
  CHECK(read("{kind: Pod, metadata: {name: a}}\n").pods.size() == 1);
  CHECK(read("{kind: List, items: [{kind: Pod, metadata: {name: a}}, {kind: Node, metadata: {name: m}},]}")
            .nodes.size() == 1);
  CHECK(read("{kind: Pod, metadata: {name: a}}\n---\n{kind: Pod, metadata: {name: b}}\n").pods.size() == 2);
}

TEST_CASE("cluster file: a list of lists is all that is in them") {
  const std::string inner = R"({"kind": "PodList", "items": [{"metadata": {"name": "a"}}, {"kind": "Pod"}]})";
  const cluster_objects c = read(list_of(inner + R"(,{"kind": "NodeList", "items": null})"));
  CHECK(c.pods.size() == 1);
  CHECK(c.other_kinds.empty());
  REQUIRE(c.dropped.size() == 1);
  CHECK(c.dropped[0].detail.starts_with("f: items[0].items[1]: Pod: "));
  CHECK(read("kind: List\nitems:\n- kind: PodList\n  items:\n  - metadata: {name: a}\n").pods.size() == 1);
}

TEST_CASE("cluster file: empty documents and lists without items hold nothing") {
  for (const char* text : {"", "\n", "---\n", "---\n---\n", "{\"kind\": \"List\", \"items\": null}",
                           "{\"kind\": \"List\"}", "kind: List\nitems:\n", "kind: List\nitems: []\n", "# nothing\n"}) {
    CAPTURE(text);
    const cluster_objects c = read(text);
    CHECK(c.pods.empty());
    CHECK(c.dropped.empty());
  }
}

TEST_CASE("cluster file: byte order marks and Windows' line ends") {
  const std::string yaml = "kind: List\r\nitems:\r\n- kind: Pod\r\n  metadata:\r\n    name: a\r\n";
  const std::string json = R"({"kind": "Pod", "metadata": {"name": "a"}})";
  for (const std::string& text : {yaml, json}) {
    CHECK(read(text).pods.size() == 1);
    CHECK(read("\uFEFF" + text).pods.size() == 1);
    std::string utf16 = "\xFF\xFE";
    for (const char c : text) utf16.append({c, '\0'});
    CHECK(read(utf16).pods.size() == 1);
  }
}

TEST_CASE("cluster file: the logs in a dump are passed over") {
  const std::string dump = R"({"kind": "NodeList", "items": [{"metadata": {"name": "n"}}]})"
                           "\n"
                           R"({"kind": "PodList", "items": [{"metadata": {"name": "a"}}]})"
                           "\n==== START logs for container c of pod default/a ====\n{\"kind\": \"Pod\"} }{ \"\n"
                           "==== END logs for container c of pod default/a ====\n"
                           "==== START logs for container d of pod default/a ====\n"
                           "==== END logs for container d of pod default/a ====\n";
  const cluster_objects c = read(dump);
  CHECK(c.nodes.size() == 1);
  CHECK(c.pods.size() == 1);
  CHECK(c.dropped.empty());
}

TEST_CASE("cluster file: an object that is too large is dropped by name") {
  const std::string large = R"({"kind": "Pod", "metadata": {"name": "big"}, "x": ")" +
                            std::string(list_splitter::max_item_bytes, 'x') + R"("})";
  const cluster_objects c = read(list_of(large + R"(,{"kind": "Pod", "metadata": {"name": "small"}})"));
  CHECK(c.pods.size() == 1);
  REQUIRE(c.dropped.size() == 1);
  CHECK(c.dropped[0].code == errc::too_large);
  CHECK(c.dropped[0].detail == "f: items[0]: Pod big: larger than 3 MiB");
}

TEST_CASE("cluster file: what is no cluster at all is an error that names the file") {
  const auto detail = [](std::string_view text) { return read_cluster(text, "f.json").error().detail; };
  CHECK(detail(R"({"kind": "List", "items": [{})") == "f.json: list: cut short after 1 items");
  CHECK(read_cluster(R"({"kind": "List", "items": [{})", "f").error().code == errc::malformed);
  CHECK(detail(R"({"kind": "Status", "code": 403, "reason": "Forbidden", "message": "no"})") ==
        "f.json: list: Forbidden: no");
  CHECK(detail("{}") == "f.json: no kind: this is neither an object of Kubernetes nor a list of some");
  CHECK(detail(R"({"pods": [{"kind": "Pod"}], "nodes": []})").starts_with("f.json: no kind: "));
  for (const char* lone : {"}", "]", "["}) CHECK(detail(lone).starts_with("f.json:"));
  CHECK(detail("a: b: c\n") == "f.json:1:5: illegal map value");
}

TEST_CASE("cluster file: drops and unknown kinds without end are counted, not kept") {
  std::string items;
  for (int i = 0; i < 1500; ++i) items += R"({"kind": "Pod"},{"kind": "K)" + std::to_string(i) + "\"},";
  const cluster_objects c = read(list_of(items + "{}"));
  CHECK(c.dropped.size() == 1001);
  CHECK(c.dropped.back().detail == "f: 501 more malformed objects");
  CHECK(c.other_kinds.size() == 1001);
  CHECK(c.other_kinds.at("...") == 500);
}
