#include "k8s/codec/decode.hpp"
#include "test/k8s/api/samples.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

TEST_CASE("decode node: every field that is read") {
  const auto decoded = decode_node(full_node);
  REQUIRE(decoded.has_value());
  const node& n = **decoded;
  CHECK(n.name == "node-1");
  CHECK(n.uid == "n1");
  CHECK(n.resource_version == "9");
  CHECK(n.labels == string_map{{"kubernetes.io/os", "linux"}, {"zone", "a"}});
  CHECK(n.annotations == string_map{{"example.com/x", "y"}});
  CHECK(n.unschedulable);
  CHECK(n.taints == std::vector<taint>{{"a", "v", taint_effect::no_schedule},
                                       {"b", "", taint_effect::no_execute},
                                       {"c", "", taint_effect::prefer_no_schedule},
                                       {"d", "", taint_effect::unknown},
                                       {"e", "", taint_effect::unknown}});
  CHECK(n.allocatable.size() == 4);
  CHECK(n.allocatable.find("cpu")->milli_value() == 7500);
  CHECK(n.allocatable.find("memory")->value() == std::int64_t{16} << 30);
  CHECK(n.allocatable.find("pods")->value() == 110);
  CHECK(n.allocatable.find("example.com/dongle")->value() == 4);
  CHECK(n.images == image_list{{{"nginx@sha256:1", "nginx:1.25"}, 187654321}, {{}, 5}});
}

TEST_CASE("decode node: a bare one") {
  const auto n = decode_node(R"({"metadata": {"name": "n"}})");
  REQUIRE(n.has_value());
  node expected;
  expected.name = "n";
  CHECK(**n == expected);
}

TEST_CASE("decode node: one that says only its capacity can give all of it away, as an API server has it") {
  const auto allocatable = [](const char* status) {
    return (*decode_node(std::string(R"({"metadata": {"name": "n"}, "status": {)") + status + "}}"))->allocatable;
  };
  CHECK(allocatable(R"("capacity": {"cpu": "4"})").find("cpu")->value() == 4);
  CHECK(allocatable(R"("capacity": {"cpu": "4"}, "allocatable": {"cpu": "3"})").find("cpu")->value() == 3);
  CHECK(allocatable(R"("capacity": {"cpu": "4"}, "allocatable": null)").find("cpu")->value() == 4);
  CHECK(allocatable(R"("capacity": {"cpu": "4"}, "allocatable": {})").empty());
}

TEST_CASE("decode node: amounts are rounded up to thousandths, as an API server does") {
  const auto n =
      decode_node(R"({"metadata": {"name": "n"}, "status": {"allocatable": {"cpu": "100u", "memory": "-1n"}}})");
  CHECK(*(*n)->allocatable.find("cpu") == quantity::from_milli(1));
  CHECK(*(*n)->allocatable.find("memory") == quantity::from_milli(-1));
}

TEST_CASE("decode node: errors name it") {
  CHECK(decode_node(R"({"metadata": {"name": "n"}, "status": {"allocatable": {"cpu": "x"}}})").error().detail ==
        R"(Node n: status.allocatable["cpu"]: "x" is not a quantity, at byte 65)");
  CHECK(decode_node(R"({"metadata": {"name": "n"}, "spec": {"taints": [{"key": {}}]}})").error().detail ==
        "Node n: spec.taints[0].key: expected a string, got an object, at byte 56");
  CHECK(decode_node("").error().detail == "Node: the document is empty, at byte 0");
}

TEST_CASE("decode namespace: name and labels, its name among them as an API server has it") {
  const auto n = decode_namespace(
      R"({"kind": "Namespace", "metadata": {"name": "shop", "uid": "u", "resourceVersion": "4", "labels": {"a": "b"}}})");
  REQUIRE(n.has_value());
  CHECK(**n == namespace_object{"shop", "u", "4", {{"a", "b"}, {"kubernetes.io/metadata.name", "shop"}}});
  CHECK(decode_namespace(R"({"kind": "Pod", "metadata": {"name": "p"}})").error().detail ==
        "expected a Namespace, got Pod p");
}
