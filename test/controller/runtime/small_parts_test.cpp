#include "controller/bind/effects.hpp"
#include "controller/bind/permit_waits.hpp"
#include "controller/config/flag_parser.hpp"
#include "controller/events/status_writer.hpp"
#include "controller/observe/permission_watch.hpp"
#include "controller/runtime/go_duration.hpp"
#include "controller/runtime/log.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;
using berth::test::make_pod;

TEST_CASE("permissions: named as RBAC names them") {
  const auto of = [](const char* method, const char* path) {
    const permission p = permission_of(method, path);
    return p.verb + " " + p.resource;
  };
  CHECK(of("POST", "/api/v1/namespaces/default/pods/web/binding") == "create pods/binding");
  CHECK(of("PATCH", "/api/v1/namespaces/default/pods/web/status") == "patch pods/status");
  CHECK(of("GET", "/api/v1/namespaces/default/pods/web") == "get pods");
  CHECK(of("LIST", "/api/v1/pods?limit=500") == "list pods");
  CHECK(of("WATCH", "/api/v1/nodes?watch=1") == "watch nodes");
  CHECK(of("LIST", "/api/v1/namespaces") == "list namespaces");
  CHECK(of("GET", "/api/v1/namespaces/default") == "get namespaces");
  CHECK(of("POST", "/apis/events.k8s.io/v1/namespaces/default/events") == "create events.events.k8s.io");
  CHECK(of("PUT", "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/berth") ==
        "update leases.coordination.k8s.io");
  CHECK(of("GET", "/readyz") == "get /readyz");
}

TEST_CASE("permissions: a missing one is named once a minute, with how often it was passed over") {
  permission_watch w;
  const permission bind{"create", "pods/binding"};
  instant now(100h);
  CHECK(w.refused(bind, now) == 0);
  CHECK_FALSE(w.refused(bind, now + 1s));
  CHECK_FALSE(w.refused(bind, now + 59s));
  CHECK(w.refused({"patch", "pods/status"}, now + 59s) == 0);
  CHECK(w.refused(bind, now + 60s) == 2);
  CHECK_FALSE(w.refused(bind, now + 61s));
}

TEST_CASE("flags: near words are found, far ones are not") {
  const std::vector<std::string> words{"run", "explain", "simulate"};
  CHECK(nearest("expalin", words) == "explain");
  CHECK(nearest("simulat", words) == "simulate");
  CHECK(nearest("kubernetes", words) == "");
}

TEST_CASE("durations read as Go writes them") {
  CHECK(go_duration(-1500ms) == "-1.5s");
  CHECK(go_duration(0s) == "0s");
  CHECK(go_duration(10ms) == "10ms");
  CHECK(go_duration(1500ms) == "1.5s");
  CHECK(go_duration(15min) == "15m0s");
  CHECK(go_duration(61min + 5s) == "1h1m5s");
  CHECK(go_duration(1min + 1ns) == "1m0.000000001s");
  CHECK(go_duration(20us) == "20µs");
  CHECK(go_duration(std::chrono::nanoseconds::min()) == "-2562047h47m16.854775808s");
}

TEST_CASE("permit: a pod waits for every plugin, at most fifteen minutes, and the first to lose patience is named") {
  permit_waits waits;
  const instant now(100h);
  const auto held = [](const char* name) {
    auto a = std::make_unique<attempt>();
    a->entry.pod.pod = make_pod(name);
    return a;
  };
  waits.add(held("a"), {{"Slow", 20min}, {"Quick", 5s}}, now);
  CHECK(waits.next_expiry() == now + 5s);
  CHECK(waits.allow("default-a", "Quick") == nullptr);
  CHECK(waits.next_expiry() == now + 15min);
  CHECK(waits.expire(now + 15min - 1s).empty());
  const auto late = waits.expire(now + 15min);
  REQUIRE(late.size() == 1);
  CHECK(late[0].plugin == "Slow");
  CHECK(late[0].after == 15min);

  waits.add(held("b"), {{"X", 1s}}, now);
  CHECK(waits.allow("default-b", "X") != nullptr);
  CHECK(waits.size() == 0);
  CHECK(waits.next_expiry() == never);
}

TEST_CASE("condition: written only where it changes something") {
  const k8s::timestamp wall{};
  const k8s::pod fresh = make_pod("web");
  const auto first = condition_patch(fresh, "Unschedulable", "no", "", wall);
  REQUIRE(first);
  CHECK(first->uid == fresh.uid);
  CHECK(first->scheduled->transition == wall);
  CHECK_FALSE(first->nominated_node_name);

  const k8s::pod refused = make_pod("web").condition("Unschedulable", "no");
  CHECK_FALSE(condition_patch(refused, "Unschedulable", "no", "", wall));
  const auto changed = condition_patch(refused, "Unschedulable", "still no", "", wall);
  REQUIRE(changed);
  CHECK_FALSE(changed->scheduled->transition);  // the status stays False, so its time does too
  CHECK(condition_patch(refused, "SchedulerError", "no", "", wall));
  const auto nominated = condition_patch(make_pod("web").condition("Unschedulable", "no").nominated_to("n1"),
                                         "Unschedulable", "no", "", wall);
  REQUIRE(nominated);
  CHECK(nominated->nominated_node_name == "");
}

TEST_CASE("condition: its text is capped, and the capped text is not written again") {
  const k8s::timestamp wall{};
  const std::string endless(1'000'000, 'x');
  const auto patch = condition_patch(make_pod("web"), "Unschedulable", endless, "", wall);
  REQUIRE(patch);
  CHECK(patch->scheduled->message.size() == 32'768);
  CHECK(patch->scheduled->message.ends_with("x..."));
  const k8s::pod told = make_pod("web").condition("Unschedulable", patch->scheduled->message);
  CHECK_FALSE(condition_patch(told, "Unschedulable", endless, "", wall));
}

TEST_CASE("log: durations, sets of names and bytes that are no text are written as kube-scheduler writes them") {
  std::string line;
  const auto into = [](void* to, std::string_view text) { *static_cast<std::string*>(to) = text; };
  const std::vector<std::string> plugins{"NodeAffinity", "NodePorts"};
  const std::vector<std::string> none;
  for (const log_format format : {log_format::text, log_format::json}) {
    const controller::log written(format, 2, into, &line);
    const bool json = format == log_format::json;
    written.info(0, "m", {{"took", 1500ms}, {"set", name_set{plugins}}, {"none", name_set{none}}});
    CHECK(line.ends_with(json ? R"("took":"1.5s","set":{"NodeAffinity":{},"NodePorts":{}},"none":{}})"
                              : R"("m" took="1.5s" set={"NodeAffinity":{},"NodePorts":{}} none={})"));
    written.info(0, "m", {{"bytes", "a\xff\xc3(b"}});
    CHECK(line.ends_with(json ? "\"bytes\":\"a\uFFFD\uFFFD(b\"}" : "bytes=\"a\uFFFD\uFFFD(b\""));
  }
}

TEST_CASE("log: no text from outside can begin a line of its own") {
  std::string line;
  const auto into = [](void* to, std::string_view text) { *static_cast<std::string*>(to) = text; };
  for (const log_format format : {log_format::text, log_format::json}) {
    const controller::log written(format, 2, into, &line);
    for (const char* end :
         {"\n", "\r", "\r\n", "\v", "\f", "\x1b[2K", "\x85", "\xc2\x85", "\u2028", "\u2029", "\xc2\x9b"}) {
      const std::string odd = std::string("a") + end + "I1123 06:07:42.123456 1 x.cpp:1] \"forged\"";
      const std::vector<std::string> set{odd};
      written.error(odd, odd, {{"pod", k8s::object_key{odd, odd}}, {"node", odd}, {"plugins", name_set{set}}});
      for (const char* never : {"\n", "\r", "\v", "\f", "\x1b", "\xc2\x85", "\u2028", "\u2029", "\xc2\x9b"})
        CHECK(line.find(never) == std::string::npos);
    }
    written.info(0, "m", {{"pod", k8s::object_key{"ns", "a\"b\u2028"}}});
    CHECK(line.ends_with(format == log_format::json ? R"("pod":{"name":"a\"b\u2028","namespace":"ns"}})"
                                                    : R"("m" pod="ns/a\"b\u2028")"));
  }
}

TEST_CASE("log: a plugin's line has its values' types, and its file as the caller") {
  std::string line;
  const auto into = [](void* to, std::string_view text) { *static_cast<std::string*>(to) = text; };
  const controller::log json(log_format::json, 2, into, &line);
  scoring::effects left;
  const k8s::object_key pod{"default", "web"};
  left.log(1, "seen",
           {{"pod", pod}, {"node", std::string_view("n1")}, {"n", 3u}, {"x", 0.5f}, {"ok", true}, {"t", 90s}});
  perform(left, json);
  CHECK(line.find(R"("caller":"runtime/small_parts_test.cpp:)") != std::string::npos);
  CHECK(line.ends_with(
      R"("v":1,"pod":{"name":"web","namespace":"default"},"node":"n1","n":3,"x":0.5,"ok":true,"t":"1m30s"})"));
  // A pod named by text is an object all the same.
  left.log(1, "seen", {{"pod", pod.text()}});
  perform(left, json);
  CHECK(line.ends_with(R"("pod":{"name":"web","namespace":"default"}})"));
}

TEST_CASE("log: lines are klog's, in text and in json") {
  std::string line;
  const auto into = [](void* to, std::string_view text) { *static_cast<std::string*>(to) = text; };
  const k8s::object_key pod{"default", "web"};
  const controller::log text(log_format::text, 2, into, &line);
  text.info(2, "Successfully bound pod to node", {{"pod", pod}, {"node", "n1"}, {"evaluatedNodes", 3}, {"ok", true}});
  CHECK(line == R"("Successfully bound pod to node" pod="default/web" node="n1" evaluatedNodes=3 ok=true)");
  text.info(3, "not written");
  CHECK(line.starts_with("\"Successfully"));
  text.info(2, "seen", {{"owner", k8s::object_key{"", "n1"}}});
  CHECK(line == R"("seen" owner="n1")");
  text.error("0/1 nodes: 1 POD数量超过\n\x01\"", "Error scheduling pod; retrying");
  CHECK(line == R"("Error scheduling pod; retrying" err="0/1 nodes: 1 POD数量超过\n\x01\"")");

  const controller::log json(log_format::json, 2, into, &line);
  json.info(1, "bound", {{"pod", pod}, {"n", 3}, {"x", 0.5}, {"note", "a\x01\"b"}});
  CHECK(line.starts_with("{\"ts\":"));
  CHECK(line.ends_with(
      R"("msg":"bound","v":1,"pod":{"name":"web","namespace":"default"},"n":3,"x":0.5,"note":"a\u0001\"b"})"));
  json.error("why", "what");
  CHECK(line.ends_with(R"("msg":"what","err":"why"})"));
  CHECK(line.find(R"("caller":"runtime/small_parts_test.cpp:)") != std::string::npos);
}
