#include "test/controller/webhook/extender_rig.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

const char* const limited = R"([{schedulerName: berth, plugins: {multiPoint: {enabled: [{name: MaxPodCount}]}},
  pluginConfig: [{name: MaxPodCount, args: {limit: 2, message: "no more than {limit}"}}]}])";
const std::string bound = R"({"Error":""})";

std::string refusal(const std::string& why) { return R"({"Error":")" + why + "\"}"; }

struct rig : extender_rig {
  rig() : extender_rig(limited) {
    list({make_node("n1"), make_node("n2")});
    for (const char* name : {"a", "b", "c"}) api.create_pod(make_pod(name));
  }
  std::string node_of(const std::string& name) { return api.pods.at({"default", name}).node_name; }
};

}  // namespace

TEST_CASE("extender bind: the pod is bound with its uid, and counts from then on") {
  rig r;
  CHECK(r.post("/bind", binding_text("a", "n1")) == bound);
  CHECK(r.node_of("a") == "n1");
  CHECK(r.api.requests.back().body.find("default-a") != std::string::npos);
  CHECK(r.cache.assumed_count() == 0);
  CHECK(r.post("/bind", binding_text("a", "n1")) == bound);  // asked again
  CHECK(r.post("/bind", binding_text("a", "n2")) == refusal(R"(pod default/a is bound to node \"n1\" already)"));
  CHECK(r.api.count("POST", "/binding") == 1);
}

TEST_CASE("extender bind: of three at once, which filter let through, a limit of two holds") {
  rig r;
  std::vector<std::shared_ptr<extender_rig::pending>> all;
  for (const char* name : {"a", "b", "c"}) all.push_back(r.send("POST", "/bind", binding_text(name, "n1")));
  r.time.advance(1s);
  CHECK(all[0]->answer.body == bound);
  CHECK(all[1]->answer.body == bound);
  CHECK(all[2]->answer.body == refusal(R"(node \"n1\" does not fit any more: no more than 2)"));
  CHECK(r.node_of("c").empty());
}

TEST_CASE("extender bind: a pod is bound once at a time, and a failure gives its room back") {
  rig r;
  r.api.plan = [](const request& q) { return q.method == "POST" ? fault::throttled : fault::none; };
  const auto first = r.send("POST", "/bind", binding_text("a", "n1"));
  const auto again = r.send("POST", "/bind", binding_text("a", "n1"));
  r.time.advance(1s);
  CHECK(again->answer.body == refusal("pod default/a is being bound already"));
  CHECK(first->answer.body == refusal("TooManyRequests"));
  CHECK(r.cache.assumed_count() == 0);
  CHECK(r.cache.index().placed_count() == 0);
  r.api.plan = [](const request&) { return fault::none; };
  CHECK(r.post("/bind", binding_text("a", "n1")) == bound);
}

TEST_CASE("extender bind: one whose outcome is not known keeps its room until it is") {
  rig r;
  r.watching = false;
  r.api.plan = [](const request& q) { return q.method == "POST" ? fault::lost_after : fault::unreachable; };
  CHECK(r.post("/bind", binding_text("a", "n1")).find("whether the pod is bound is not known yet") !=
        std::string::npos);
  r.time.advance(5s);
  CHECK(r.cache.is_assumed("default-a"));
  CHECK(r.post("/bind", binding_text("a", "n1")) == refusal("pod default/a is being bound already"));
  r.api.plan = [](const request&) { return fault::none; };
  r.time.advance(20s);
  CHECK(r.post("/bind", binding_text("a", "n1")) == bound);
  CHECK(r.api.count("POST", "/binding") == 1);

  r.api.plan = [](const request& q) { return q.method == "POST" ? fault::lost : fault::unreachable; };
  r.post("/bind", binding_text("b", "n1"));
  CHECK(r.cache.is_assumed("default-b"));
  r.api.plan = [](const request&) { return fault::none; };
  r.time.advance(20s);
  CHECK(!r.cache.is_assumed("default-b"));
  CHECK(r.node_of("b").empty());
}

TEST_CASE("extender bind: a pod that our watch has not shown yet is read from the server") {
  rig r;
  r.watching = false;
  r.api.create_pod(make_pod("new"));
  CHECK(r.post("/bind", binding_text("new", "n1")) == bound);
  CHECK(r.cache.is_assumed("default-new"));
  CHECK(r.post("/bind", binding_text("nobody", "n1")) == refusal(R"(pods \"nobody\" not found)"));
  r.api.create_pod(make_pod("anew").uid("other"));
  CHECK(r.post("/bind", binding_text("anew", "n1")) ==
        refusal("pod default/anew was made anew: it is other, not default-anew"));
}

TEST_CASE("extender bind: what is missing, unknown or going away is said") {
  rig r;
  CHECK(r.post("/bind", "{}") == refusal("ExtenderBindingArgs: PodName: missing"));
  CHECK(r.post("/bind", R"({"PodName":"a","PodNamespace":"default","Node":"n1"})") ==
        refusal("ExtenderBindingArgs: PodUID: missing"));
  CHECK(r.post("/bind", "x").find("ExtenderBindingArgs: ") != std::string::npos);
  CHECK(r.post("/bind", binding_text("a", "who")) == refusal(R"(node \"who\" is not known (yet))"));
  r.api.create_pod(make_pod("leaving").terminating());
  CHECK(r.post("/bind", binding_text("leaving", "n1")) == refusal("pod default/leaving is being deleted"));
  CHECK(r.api.count("POST", "/binding") == 0);
}

TEST_CASE("extender bind: what is not a name is refused, and no path is asked for with it") {
  rig r;
  const auto asked = r.api.requests.size();
  const auto bind = [&](const std::string& ns, const std::string& name, const std::string& node) {
    return r.post(
        "/bind", R"({"PodName":")" + name + R"(","PodNamespace":")" + ns + R"(","PodUID":"u","Node":")" + node + "\"}");
  };
  for (const char* odd :
       {"kube-system/secrets?", "..", "../../secrets", "a%2fb", "a#", "a b", "A", "a\\nb", "a\\r\\nI1123 forged"}) {
    CAPTURE(odd);
    CHECK(bind(odd, "a", "n1") == refusal("ExtenderBindingArgs: PodNamespace: not a name"));
    CHECK(bind("default", odd, "n1") == refusal("ExtenderBindingArgs: PodName: not a name"));
    CHECK(bind("default", "a", odd) == refusal("ExtenderBindingArgs: Node: not a name"));
  }
  CHECK(r.api.requests.size() == asked);
  for (const std::string& line : r.lines) CHECK(line.find_first_of("\r\n") == std::string::npos);
}

TEST_CASE("extender bind: where anybody could call it, it is off") {
  rig r;
  controller::extender_routes open(r.io.get_executor(), r.time, r.log, r.figures, r.judge, r.binder, extender_rig::get,
                                   false);
  std::string said;
  boost::asio::co_spawn(r.io, open.answer({"POST", "/bind", binding_text("a", "n1")}),
                        [&](std::exception_ptr, controller::http_answer a) { said = a.body; });
  r.time.advance(1s);
  CHECK(said.starts_with(R"({"Error":"binding is off: )"));
  CHECK(r.node_of("a").empty());
  CHECK(r.api.count("POST", "/binding") == 0);
}
