#include "k8s/codec/decode.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

TEST_CASE("decode workload: what the three kinds share") {
  const auto w = decode_object<workload>(
      R"({"kind":"StatefulSet","metadata":{"namespace":"shop","name":"db","uid":"u1","resourceVersion":"7",
          "annotations":{"berth.dev/reserve-on-recreate":"10m"},"deletionTimestamp":"2026-01-02T03:04:05Z"},
          "spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"x"}]}}},"status":{"replicas":2}})");
  REQUIRE(w.has_value());
  CHECK((*w)->key.text() == "shop/db");
  CHECK((*w)->uid == "u1");
  CHECK((*w)->resource_version == "7");
  CHECK((*w)->replicas == 3);
  CHECK((*w)->deleted);
  CHECK(*(*w)->annotations.find("berth.dev/reserve-on-recreate") == "10m");
}

TEST_CASE("decode workload: in a list it has no kind, and without replicas it has one") {
  const auto w = decode_object<workload>(R"({"metadata":{"name":"db"},"spec":{}})");
  REQUIRE(w.has_value());
  CHECK((*w)->replicas == 1);
  CHECK(!(*w)->deleted);
}

TEST_CASE("decode workload: another kind is none, and neither is what has no name") {
  CHECK(decode_object<workload>(R"({"kind":"Pod","metadata":{"name":"a"}})").error().detail ==
        "expected a workload, got Pod a");
  CHECK(decode_object<workload>(R"({"kind":"ReplicaSet","metadata":{}})").error().code == errc::malformed);
  CHECK(decode_object<workload>(R"({"metadata":{"name":"a"},"spec":{"replicas":"many"}})").error().detail ==
        "workload a: spec.replicas: expected an integer, got a string, at byte 50");
}

TEST_CASE("decode workload: a watch event brings one") {
  const auto e = decode_watch_event<workload>(
      R"({"type":"MODIFIED","object":{"kind":"ReplicaSet","metadata":{"name":"a","resourceVersion":"9"}}})");
  REQUIRE(e.has_value());
  CHECK(e->object->key.name == "a");
  CHECK(e->resource_version == "9");
}

TEST_CASE("decode workload: with its selector, as its kind writes it, in one reading") {
  const auto set = decode_object<selecting_workload<workload_selecting>>(
      R"({"kind":"StatefulSet","metadata":{"namespace":"shop","name":"db","uid":"u1","resourceVersion":"7",
          "annotations":{"a":"b"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"db"},
          "matchExpressions":[{"key":"tier","operator":"Exists"}]}}})");
  REQUIRE(set.has_value());
  CHECK((*set)->own ==
        **decode_object<workload>(
            R"({"metadata":{"namespace":"shop","name":"db","uid":"u1","resourceVersion":"7","annotations":{"a":"b"}},
          "spec":{"replicas":3}})"));
  CHECK((*set)->selects.key.text() == "shop/db");
  CHECK((*set)->selects.resource_version == "7");
  CHECK((*set)->selects.selector->match_labels.contains("app"));
  CHECK((*set)->selects.selector->match_expressions.size() == 1);

  const auto event = decode_watch_event<selecting_workload<label_selecting>>(
      R"({"type":"ADDED","object":{"kind":"ReplicationController","metadata":{"name":"rc","resourceVersion":"9"},
          "spec":{"selector":{"app":"old"}}}})");
  REQUIRE(event.has_value());
  CHECK(event->resource_version == "9");
  CHECK(*event->object->selects.selector->match_labels.find("app") == "old");
  CHECK_FALSE(decode_object<selecting_workload<label_selecting>>(R"({"metadata":{"name":"a"},"spec":{}})")
                  .value()
                  ->selects.selector);
  CHECK(decode_object<selecting_workload<workload_selecting>>(
            R"({"kind":"ReplicationController","metadata":{"name":"a"}})")
            .has_error());
}
