#include "k8s/codec/decode.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

TEST_CASE("decode disruption budget: its selector, what it allows, and who is counted already") {
  const auto b = decode_object<disruption_budget>(
      R"({"kind":"PodDisruptionBudget","metadata":{"namespace":"shop","name":"web","uid":"u","resourceVersion":"7"},
          "spec":{"minAvailable":"50%","selector":{"matchLabels":{"app":"web"}}},
          "status":{"disruptionsAllowed":2,"disruptedPods":{"web-1":"2026-01-02T03:04:05Z"},"currentHealthy":3}})");
  REQUIRE(b.has_value());
  CHECK((*b)->key.text() == "shop/web");
  CHECK((*b)->disruptions_allowed == 2);
  CHECK((*b)->disrupted_pods.contains("web-1"));
  CHECK((*b)->selector->matches({{"app", "web"}}));
}

TEST_CASE("decode disruption budget: one without a status allows nothing, and one without a selector has none") {
  const auto b = decode_object<disruption_budget>(R"({"metadata":{"name":"web"},"spec":{"maxUnavailable":1}})");
  REQUIRE(b.has_value());
  CHECK((*b)->key.text() == "default/web");
  CHECK((*b)->disruptions_allowed == 0);
  CHECK_FALSE((*b)->selector);
}

TEST_CASE("decode disruption budget: an operator that nobody knows does not spoil the object") {
  const auto b = decode_object<disruption_budget>(
      R"({"metadata":{"name":"web"},"spec":{"selector":{"matchExpressions":[{"key":"app","operator":"Like"}]}}})");
  REQUIRE(b.has_value());
  CHECK_FALSE((*b)->selector->valid());
}

TEST_CASE(
    "decode pod: preempted is who has the condition of the scheduler's preemption, and the first of its type counts") {
  const auto preempted = [](const char* conditions) {
    const auto p = decode_pod(R"({"metadata":{"name":"a"},"status":{"conditions":[)" + std::string(conditions) + "]}}");
    return (*p)->preempted;
  };
  const std::string ours = R"({"type":"DisruptionTarget","status":"True","reason":"PreemptionByScheduler"})";
  const std::string others = R"({"type":"DisruptionTarget","status":"True","reason":"EvictionByEvictionAPI"})";
  CHECK(preempted(ours.c_str()));
  CHECK_FALSE(preempted(others.c_str()));
  CHECK_FALSE(preempted((others + "," + ours).c_str()));
  CHECK_FALSE(preempted(R"({"type":"DisruptionTarget","status":"False","reason":"PreemptionByScheduler"})"));
}
