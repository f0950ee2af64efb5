#include "test/support/memory_api/selection.hpp"
#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/resource.hpp"

#include <doctest/doctest.h>

using namespace berth::memory_api;

namespace {

const json pod = *json::parse(R"({"metadata":{"name":"web","namespace":"ns","labels":{"app":"web","n":"5"}},
                                  "spec":{"nodeName":"n1"},"status":{"phase":"Running"}})");

bool labels(std::string_view selector) { return selection(known("pods"), selector, "").matches(pod); }
bool fields(std::string_view selector) { return selection(known("pods"), "", selector).matches(pod); }

}  // namespace

TEST_CASE("label selectors: every operator, met and not met") {
  CHECK(labels(""));
  CHECK(labels("app=web"));
  CHECK(labels("app==web"));
  CHECK_FALSE(labels("app=db"));
  CHECK(labels("app!=db"));
  CHECK(labels("missing!=db"));
  CHECK(labels("app in (db, web)"));
  CHECK_FALSE(labels("app in (db)"));
  CHECK_FALSE(labels("missing in (db)"));
  CHECK(labels("app notin (db)"));
  CHECK_FALSE(labels("app notin (db,web)"));
  CHECK(labels("app"));
  CHECK_FALSE(labels("missing"));
  CHECK(labels("!missing"));
  CHECK_FALSE(labels("!app"));
  CHECK(labels("n>4"));
  CHECK_FALSE(labels("n>5"));
  CHECK(labels("n<6"));
  CHECK_FALSE(labels("app>1"));
  CHECK(labels("app=web,n"));
  CHECK_FALSE(labels("app=web,n in (6)"));
}

TEST_CASE("field selectors: equal and not equal, on what the kind can be selected by") {
  CHECK(fields("metadata.name=web,spec.nodeName=n1"));
  CHECK_FALSE(fields("spec.nodeName!=n1"));
  CHECK_FALSE(fields("spec.nodeName="));
  CHECK(fields("status.phase==Running"));
  CHECK(fields("status.podIP="));
}

TEST_CASE("selectors that do not parse, and fields that are not selectable, are refused") {
  CHECK_THROWS_AS(labels("a b"), refusal);
  CHECK_THROWS_AS(labels("a isin (b)"), refusal);
  CHECK_THROWS_AS(fields("spec.nodeName"), refusal);
  CHECK_THROWS_WITH(fields("spec.hostname=x"), "field label not supported: spec.hostname");
}

TEST_CASE("field selectors: a flag that is not set is false") {
  const selection schedulable(known("nodes"), "", "spec.unschedulable=false");
  CHECK(schedulable.matches(*json::parse(R"({"spec":{}})")));
  CHECK_FALSE(schedulable.matches(*json::parse(R"({"spec":{"unschedulable":true}})")));
}

TEST_CASE("field selectors: an event's source is its component, or else its reporter") {
  const selection from(known("events"), "", "source=berth,involvedObject.name=web");
  CHECK(from.matches(*json::parse(R"({"source":{"component":"berth"},"involvedObject":{"name":"web"}})")));
  CHECK(from.matches(*json::parse(R"({"reportingComponent":"berth","involvedObject":{"name":"web"}})")));
  CHECK_FALSE(from.matches(*json::parse(R"({"source":{"component":"kubelet"},"involvedObject":{"name":"web"}})")));
}
