#include "k8s/api/extender.hpp"
#include "k8s/codec/decode.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

namespace {

constexpr std::string_view pod_text =
    R"({"metadata":{"name":"web","namespace":"shop","uid":"u-1"},"spec":{"containers":[]}})";
constexpr std::string_view node_text = R"({ "metadata" : {"name":"n\u0031", "labels":{"a":"}"}}, "status":{} })";

extender_args read_args(const std::string& json) {
  auto args = decode_extender_args(json);
  REQUIRE_MESSAGE(args.has_value(), args.error().detail);
  return std::move(*args);
}

}  // namespace

TEST_CASE("extender args: whole objects keep their texts, byte by byte, and decode to ours") {
  const std::string json = R"({"Pod":)" + std::string(pod_text) + R"(,"Nodes":{"metadata":{},"items":[)" +
                           std::string(node_text) + R"(]},"NodeNames":null})";
  const extender_args args = read_args(json);
  CHECK(args.pod.json == pod_text);
  CHECK(args.pod.key == object_key{"shop", "web"});
  CHECK(args.pod.uid == "u-1");
  REQUIRE(args.nodes);
  REQUIRE(args.nodes->size() == 1);
  CHECK(args.nodes->front().json == node_text);
  CHECK(args.nodes->front().key.name == "n1");
  CHECK(!args.node_names);
  CHECK(decode_pod(args.pod.json).value()->key.name == "web");
  CHECK(decode_node(args.nodes->front().json).value()->labels.contains("a"));
  CHECK(encode(args) == json);
}

TEST_CASE("extender args: null and absent are one, an empty list is one") {
  CHECK(!read_args("null").nodes);
  CHECK(!read_args(R"({"Pod":null,"Nodes":null})").nodes);
  CHECK(read_args(R"({"Pod":null})").pod.json.empty());
  CHECK(read_args(R"({"Nodes":{}})").nodes->empty());
  CHECK(read_args(R"({"Nodes":{"items":null}})").nodes->empty());
  CHECK(read_args(R"({"NodeNames":[]})").node_names->empty());
  CHECK(read_args(R"({"NodeNames":["a",null]})").node_names == std::vector<std::string>{"a", ""});
  CHECK(read_args(R"({"Nodes":{"items":[null]}})").nodes->front().json.empty());
  CHECK(encode(extender_args{}) == R"({"Pod":null,"Nodes":null,"NodeNames":null})");
}

TEST_CASE("extender replies: field names match in any case, an exact one too") {
  const auto filtered = decode_extender_filter_result(
      R"({"nodes":{"ITEMS":[{"Metadata":{"Name":"n1"}}]},"nodenames":["n1"],"failednodes":{"n2":"full"},"FAILEDANDUNRESOLVABLENODES":{"n3":"never"},"error":"e"})");
  REQUIRE(filtered.has_value());
  CHECK(filtered->nodes->front().key.name == "n1");
  CHECK(filtered->node_names->front() == "n1");
  CHECK(*filtered->failed.find("n2") == "full");
  CHECK(*filtered->failed_and_unresolvable.find("n3") == "never");
  CHECK(filtered->error == "e");
  const auto priorities = decode_host_priorities(R"([{"host":"n1","score":7},{"Host":"n2","Score":-1}])");
  REQUIRE(priorities.has_value());
  CHECK(priorities->front().score == 7);
  CHECK(priorities->back().host == "n2");
  CHECK(priorities->back().score == -1);
  CHECK(decode_host_priorities("null")->empty());
}

TEST_CASE("extender replies: what is encoded decodes to the same") {
  extender_filter_result filtered;
  filtered.node_names = {{"a", "b\"c"}};
  filtered.failed.set("d", "no \xff room");
  filtered.error = "e";
  CHECK(encode(filtered) ==
        "{\"Nodes\":null,\"NodeNames\":[\"a\",\"b\\\"c\"],\"FailedNodes\":{\"d\":\"no \xEF\xBF\xBD room\"},"
        "\"FailedAndUnresolvableNodes\":{},\"Error\":\"e\"}");
  CHECK(decode_extender_filter_result(encode(filtered))->node_names == filtered.node_names);
  CHECK(encode(std::vector<host_priority>{{"n", 3}, {"m", 0}}) == R"([{"Host":"n","Score":3},{"Host":"m","Score":0}])");
  CHECK(encode(std::vector<host_priority>{}) == "[]");
}

TEST_CASE("extender preemption: victims whole or by uid, the later of two nodes of one name") {
  const std::string whole =
      R"({"Pod":)" + std::string(pod_text) + R"(,"NodeNameToVictims":{"n1":{"Pods":[)" + std::string(pod_text) +
      R"(],"NumPDBViolations":2},"n2":{"Pods":[],"NumPDBViolations":0}},"NodeNameToMetaVictims":null})";
  const auto args = decode_extender_preemption_args(whole);
  REQUIRE(args.has_value());
  CHECK(args->victims->at("n1").pods.front().uid == "u-1");
  CHECK(args->victims->at("n1").pdb_violations == 2);
  CHECK(!args->meta_victims);
  CHECK(encode(*args) == whole);

  const auto named = decode_extender_preemption_args(
      R"({"nodeNameToMetaVictims":{"n1":{"pods":[{"uid":"x"}]},"n2":null,"n1":{"Pods":[{"UID":"a"},{"UID":"b"}]}}})");
  REQUIRE(named.has_value());
  CHECK(named->meta_victims->at("n1").uids == std::vector<std::string>{"a", "b"});
  CHECK(named->meta_victims->at("n2").uids.empty());
  const std::string kept =
      R"({"NodeNameToMetaVictims":{"n1":{"Pods":[{"UID":"a"},{"UID":"b"}],"NumPDBViolations":0},"n2":{"Pods":[],"NumPDBViolations":0}}})";
  CHECK(encode(extender_preemption_result{*named->meta_victims}) == kept);
  CHECK(decode_extender_preemption_result(kept)->meta_victims.size() == 2);
}

TEST_CASE("extender binding: names, uid and node, there and back") {
  const std::string json = R"({"PodName":"web","PodNamespace":"shop","PodUID":"u-1","Node":"n1"})";
  const auto args = decode_extender_binding_args(json);
  REQUIRE(args.has_value());
  CHECK(encode(*args) == json);
  CHECK(encode(extender_binding_result{"no"}) == R"({"Error":"no"})");
  CHECK(decode_extender_binding_result(R"({"error":null})")->error.empty());
}

TEST_CASE("extender errors: they name the document, the field and the byte") {
  CHECK(decode_extender_args("{").error().detail.starts_with("ExtenderArgs: "));
  CHECK(decode_extender_args("").error().code == errc::malformed);
  CHECK(decode_extender_args(R"({"nodenames":[1]})").error().detail ==
        "ExtenderArgs: nodenames[0]: expected a string, got a number, at byte 14");
  CHECK(decode_extender_args(R"({"Nodes":{"items":[{"metadata":{"name":{}}}]}})").error().detail ==
        "ExtenderArgs: Nodes.items[0].metadata.name: expected a string, got an object, at byte 39");
  CHECK(decode_host_priorities(R"([{"Score":1.5}])").error().code == errc::malformed);
  CHECK(decode_extender_binding_result("[]").error().detail.find("expected an object") != std::string::npos);
}

TEST_CASE("extender errors: more names or nodes than any cluster has are refused") {
  std::string names = R"({"NodeNames":[)";
  for (std::size_t i = 0; i < max_extender_elements; ++i) names += R"("",)";
  std::string fits = names;
  fits.back() = ']';
  CHECK(decode_extender_args(fits + "}")->node_names->size() == max_extender_elements);
  CHECK(decode_extender_args(names + R"(""]})").error().detail.find("NodeNames[100000]: more than 100000 elements") !=
        std::string::npos);
  CHECK(!decode_extender_args(names + R"(null]})"));
  CHECK(!decode_host_priorities(std::string(1000, '[')));
}

TEST_CASE("extender: what follows the first JSON value is ignored, as Go's decoder has it") {
  for (const char* rest : {"\n", " x", "{\"Error\":\"y\"}", "<!--", "]"}) {
    CAPTURE(rest);
    const auto filtered = decode_extender_filter_result(R"({"NodeNames":["n1"]})" + std::string(rest));
    REQUIRE(filtered.has_value());
    CHECK(filtered->node_names == std::vector<std::string>{"n1"});
    CHECK(filtered->error.empty());
  }
  CHECK(decode_extender_filter_result(std::string("{}\0", 3)).has_value());
  CHECK(decode_extender_filter_result("null").has_value());
  for (const char* none : {"", " ", "x", "{", "{\"Error\":", "{\"Error\":\"a}"})
    CHECK(decode_extender_filter_result(none).error().code == errc::malformed);
}

TEST_CASE("extender: numbers, doubled fields and marks at the beginning are what Go's decoder takes them for") {
  CHECK(decode_host_priorities(R"([{"Host":"n","Score":-0}])")->front().score == 0);
  CHECK(decode_host_priorities(R"([{"Host":"n","Score":9223372036854775807}])")->front().score == INT64_MAX);
  for (const char* score : {"1e1", "10.0", "9223372036854775808", "NaN", "\"7\"", "true"}) {
    CAPTURE(score);
    CHECK(decode_host_priorities(R"([{"Host":"n","Score":)" + std::string(score) + "}]").has_error());
  }
  CHECK(decode_extender_filter_result(R"({"Error":"a","Error":"b"})")->error == "b");
  CHECK(decode_extender_filter_result(R"({"error":"a","Error":"b"})")->error == "b");
  CHECK(decode_extender_filter_result(R"({"Unknown":{"deep":[[{}]]},"NodeNames":["n1"]})")->node_names->size() == 1);
  CHECK(decode_extender_filter_result("\xEF\xBB\xBF{}").has_error());
}

TEST_CASE("extender: null is nothing, wherever it stands") {
  const auto filtered = decode_extender_filter_result(
      R"({"Nodes":null,"NodeNames":null,"FailedNodes":null,"FailedAndUnresolvableNodes":{"n1":null},"Error":null})");
  REQUIRE(filtered.has_value());
  CHECK_FALSE(filtered->node_names);
  CHECK(filtered->failed_and_unresolvable.size() == 1);
  CHECK(decode_host_priorities("[null]").value().size() == 1);
  CHECK(decode_host_priorities("null").value().empty());
}
