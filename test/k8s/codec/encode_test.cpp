#include "k8s/codec/encode.hpp"

#include "k8s/codec/decode.hpp"
#include "k8s/text/utf8.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace berth::k8s;

namespace {

constexpr timestamp first{std::chrono::microseconds{1767366245'000001}};
constexpr timestamp last{std::chrono::microseconds{1767366250'500000}};

event_record failed_scheduling() {
  event_record e;
  e.key = {"shop", "web.18a1"};
  e.regarding = {"v1", "Pod", "shop", "web", "u1", "77"};
  e.type = "Warning";
  e.reason = "FailedScheduling";
  e.action = "Scheduling";
  e.note = "0/1 nodes are available: 1 POD数量超过，不能调度，最多只能调度6.";
  e.controller = "berth";
  e.instance = "berth-host";
  e.first = first;
  e.last = last;
  return e;
}

}  // namespace

TEST_CASE("encode: a binding names pod, uid and node") {
  CHECK(encode(binding{{"shop", "web"}, "u1", "node-1"}) ==
        R"({"apiVersion":"v1","kind":"Binding","metadata":{"name":"web","namespace":"shop","uid":"u1"},)"
        R"("target":{"kind":"Node","name":"node-1"}})");
}

TEST_CASE("encode: an event of events.k8s.io/v1") {
  CHECK(
      encode_event(failed_scheduling(), event_api::events_v1) ==
      R"({"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"web.18a1","namespace":"shop"},)"
      R"("eventTime":"2026-01-02T15:04:05.000001Z","reportingController":"berth","reportingInstance":"berth-host",)"
      R"("action":"Scheduling","reason":"FailedScheduling",)"
      R"("note":"0/1 nodes are available: 1 POD数量超过，不能调度，最多只能调度6.","type":"Warning",)"
      R"("regarding":{"kind":"Pod","namespace":"shop","name":"web","uid":"u1","apiVersion":"v1","resourceVersion":"77"}})");
}

TEST_CASE("encode: an event of core/v1") {
  event_record e = failed_scheduling();
  e.note = "n";
  e.related = object_reference{"v1", "Node", "", "node-1", "", ""};
  CHECK(
      encode_event(e, event_api::core_v1) ==
      R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"web.18a1","namespace":"shop"},)"
      R"("firstTimestamp":"2026-01-02T15:04:05Z","lastTimestamp":"2026-01-02T15:04:10Z","count":1,"eventTime":null,)"
      R"("source":{"component":"berth"},"reportingComponent":"berth","reportingInstance":"berth-host",)"
      R"("action":"Scheduling","reason":"FailedScheduling","message":"n","type":"Warning",)"
      R"("involvedObject":{"kind":"Pod","namespace":"shop","name":"web","uid":"u1","apiVersion":"v1","resourceVersion":"77"},)"
      R"("related":{"kind":"Node","name":"node-1","apiVersion":"v1"}})");
}

TEST_CASE("encode: a repeated event is a count and a time") {
  event_record e = failed_scheduling();
  e.count = 3;
  CHECK(encode_event_repeat(e, event_api::events_v1) ==
        R"({"series":{"count":3,"lastObservedTime":"2026-01-02T15:04:10.500000Z"}})");
  CHECK(encode_event_repeat(e, event_api::core_v1) == R"({"count":3,"lastTimestamp":"2026-01-02T15:04:10Z"})");
  CHECK(encode_event(e, event_api::events_v1).find(R"("series":{"count":3,)") != std::string::npos);
}

TEST_CASE("encode: a note is cut at 1,024 bytes on a code point") {
  CHECK(cut_note(std::string(1024, 'a')) == std::string(1024, 'a'));
  CHECK(cut_note(std::string(1025, 'a')) == fmt::format("{:a<1020} ...", ""));
  std::string wide;
  for (int i = 0; i < 400; ++i) wide += "数";
  const std::string cut = cut_note("a" + wide);
  CHECK(cut.size() == 1 + 339 * 3 + 4);
  CHECK(cut.ends_with("数 ..."));
  CHECK(is_utf8(cut));
}

TEST_CASE("encode: a status patch says only what it changes") {
  pod_status_patch p;
  p.uid = "u1";
  p.scheduled = pod_status_patch::condition{false, "Unschedulable", "0/1 \"nodes\"", first, 4};
  p.nominated_node_name = "";
  CHECK(encode(p) ==
        R"({"metadata":{"uid":"u1"},"status":{"conditions":[{"type":"PodScheduled","status":"False",)"
        R"("reason":"Unschedulable","message":"0/1 \"nodes\"","lastTransitionTime":"2026-01-02T15:04:05Z",)"
        R"("observedGeneration":4}],"nominatedNodeName":null}})");
  pod_status_patch nominate;
  nominate.nominated_node_name = "node-2";
  CHECK(encode(nominate) == R"({"status":{"nominatedNodeName":"node-2"}})");
  pod_status_patch kept;
  kept.scheduled = pod_status_patch::condition{false, "SchedulerError", "", std::nullopt, 0};
  CHECK(
      encode(kept) ==
      R"({"status":{"conditions":[{"type":"PodScheduled","status":"False","reason":"SchedulerError","message":""}]}})");
}

TEST_CASE("encode: a lease comes back as it was") {
  lease l;
  l.key = {"kube-system", "berth"};
  l.uid = "u";
  l.resource_version = "5";
  l.labels = {{"a", "b"}};
  l.annotations = {{"c", "d"}};
  l.holder_identity = "host_1";
  l.duration_seconds = 15;
  l.acquired = first;
  l.renewed = last;
  l.transitions = 2;
  l.strategy = "OldestEmulationVersion";
  l.preferred_holder = "other";
  CHECK(
      encode(l) ==
      R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"berth","namespace":"kube-system",)"
      R"("uid":"u","resourceVersion":"5","labels":{"a":"b"},"annotations":{"c":"d"}},"spec":{"holderIdentity":"host_1",)"
      R"("leaseDurationSeconds":15,"acquireTime":"2026-01-02T15:04:05.000001Z","renewTime":"2026-01-02T15:04:10.500000Z",)"
      R"("leaseTransitions":2,"strategy":"OldestEmulationVersion","preferredHolder":"other"}})");
  CHECK(decode_lease(encode(l)).value() == l);
}

TEST_CASE("encode: a lease that nobody holds, and one that is none") {
  const auto l = decode_lease(R"({"kind":"Lease","metadata":{"name":"berth"},"spec":{"holderIdentity":null}})");
  REQUIRE(l.has_value());
  CHECK(l->holder_identity.empty());
  CHECK_FALSE(l->renewed.has_value());
  CHECK(decode_lease(R"({"kind":"Lease","metadata":{"name":"berth","namespace":"x"},"spec":{"renewTime":5}})")
            .error()
            .detail == "Lease x/berth: spec.renewTime: expected a time, got a number, at byte 80");
}

TEST_CASE("encode: whatever the bytes, what is sent is JSON in UTF-8 and means the same") {
  std::string every;
  for (int c = 1; c < 0x80; ++c) every += static_cast<char>(c);
  every += "\xC3\xA4 \xF0\x9F\x98\x80 \xE2\x80\xA8";
  lease l;
  l.key = {"n", "name"};
  l.holder_identity = every;
  CHECK(decode_lease(encode(l)).value() == l);

  l.holder_identity =
      "a\xFF"
      "b\xC3";
  const std::string text = encode(l);
  CHECK(is_utf8(text));
  CHECK(decode_lease(text)->holder_identity ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD");
}
