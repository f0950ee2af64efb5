#include "test/controller/schedule/consulted_world.hpp"

#include <doctest/doctest.h>

/// Whole attempts with webhooks that are dead, slow or lying, and a cluster that goes on while they think.

TEST_CASE("extenders: the node that one leaves is taken, and a score decides between those that are left") {
  webhook_script a;
  consulted_world w({{an_extender("a"), &a}});
  a.answers = says(R"({"NodeNames":["n2"]})");
  w.create(make_pod("web"));
  w.advance(100ms);
  CHECK(w.node_of("web") == "n2");
  CHECK(a.count("filter") == 1);
  CHECK(a.count("prioritize") == 0);  // one node needs no scores
  CHECK(w.logged(R"(node="n2" evaluatedNodes=3 feasibleNodes=1)") == 1);

  a.answers = scores(R"([{"Host":"n3","Score":10},{"host":"n1","score":1}])");
  w.create(make_pod("api"));
  w.advance(100ms);
  CHECK(w.node_of("api") == "n3");
  CHECK(a.count("prioritize") == 1);
  CHECK(w.scheduler.queue().in_flight() == 0);
}

TEST_CASE("extenders: who is sent whole nodes gets the pod and the nodes as they last were") {
  webhook_script a;
  extender_configuration c = an_extender("a");
  c.node_cache_capable = false;
  c.prioritize_verb = "";
  consulted_world w({{c, &a}});
  a.answers = says(R"({"nodes":{"items":[{"metadata":{"name":"n3"}}]}})");
  w.tell_node(make_node("n3"), R"(,"annotations":{"heart":"beat"})");
  w.nodes().applied(make_node("n3").version("2"));
  w.create(make_pod("web"));
  w.advance(100ms);
  CHECK(w.node_of("web") == "n3");
  CHECK(a.calls[0].body.find(R"("annotations":{"heart":"beat"})") != std::string::npos);
  CHECK(a.calls[0].body.starts_with(R"({"Pod":{"metadata":{"name":"web")"));
}

TEST_CASE("extenders: each is asked about what the ones before it left, and all scores count") {
  webhook_script a, b;
  extender_configuration heavy = an_extender("b");
  heavy.weight = 3;
  consulted_world w({{an_extender("a"), &a}, {heavy, &b}});
  a.answers = [](const call& c) {
    return webhook_script::ok(c.verb == "filter" ? R"({"NodeNames":["n1","n2"],"FailedNodes":{"n3":"no"}})"
                                                 : R"([{"Host":"n1","Score":10}])");
  };
  b.answers = scores(R"([{"Host":"n2","Score":5}])");
  w.create(make_pod("web"));
  w.advance(100ms);
  CHECK(webhook_script::nodes_of(b.calls[0]) == std::vector<std::string>{"n1", "n2"});
  CHECK(w.node_of("web") == "n2");
}

TEST_CASE("extenders: prioritizers are asked at once, and one that fails gives no score") {
  webhook_script a, b;
  consulted_world w({{an_extender("a"), &a}, {an_extender("b"), &b}});
  a.takes = b.takes = only_slow_to("prioritize", 3s);
  a.answers = [](const call& c) {
    return c.verb == "prioritize" ? webhook_script::status(500) : webhook_script::agree(c);
  };
  b.answers = scores(R"([{"Host":"n2","Score":10}])");
  w.create(make_pod("web"));
  w.advance(3100ms);
  CHECK(w.node_of("web") == "n2");
}

TEST_CASE("extenders: refused everywhere, the event has the extender's words and any event is worth another try") {
  webhook_script a;
  consulted_world w({{an_extender("a"), &a}});
  a.answers = says(
      R"({"NodeNames":[],"FailedNodes":{"n1":"no licence","n2":"no licence"},"FailedAndUnresolvableNodes":{"n3":"broken"}})");
  w.create(make_pod("web"));
  w.advance(100ms);
  CHECK(w.node_of("web") == "");
  CHECK(w.failure().starts_with("0/3 nodes are available: 1 broken, 2 no licence."));
  CHECK(w.api.pods.at({"default", "web"}).scheduled->reason == "Unschedulable");
  a.answers = says(R"({"NodeNames":["n1"]})");
  w.nodes().applied(make_node("n2").version("2").label("anything", "at all"));
  w.advance(2s);
  CHECK(w.node_of("web") == "n1");
}

TEST_CASE("extenders: a failure of one that is not ignorable fails the attempt, which is made again after backoff") {
  webhook_script a;
  consulted_world w({{an_extender("a"), &a}});
  const auto failing_with = [&](const std::string& pod, webhook_script::answer answer) {
    a.answers = [answer](const call&) { return answer; };
    w.create(make_pod(pod));
    w.advance(500ms);
    CHECK(w.node_of(pod) == "");
    CHECK(w.api.pods.at({"default", pod}).scheduled->reason == "SchedulerError");
    const std::string said = w.failure(pod);
    w.remove(pod);
    w.advance(10ms);
    return said;
  };
  CHECK(failing_with("dead", webhook_script::dead()) == "Post \"http://a/filter\": connection refused");
  CHECK(failing_with("broken", webhook_script::status(500)) ==
        "failed filter with extender at URL http://a/filter, code 500");
  CHECK(failing_with("elsewhere", webhook_script::status(302)) ==
        "failed filter with extender at URL http://a/filter, code 302");
  CHECK(failing_with("huge", k8s::error{k8s::errc::too_large, "the body has more than 16777216 bytes"}) ==
        "Post \"http://a/filter\": the body has more than 16777216 bytes");
  CHECK(failing_with("html", webhook_script::ok("<html>"))
            .starts_with("failed filter with extender at URL http://a/filter: "));
  CHECK(failing_with("lying", webhook_script::ok(R"({"NodeNames":["n9"]})")) ==
        R"(extender "http://a" claims a filtered node "n9" which is not found in the input node list)");
  CHECK(failing_with("sorry", webhook_script::ok(R"({"Error":"out of order"})")) == "out of order");

  w.create(make_pod("web"));
  w.advance(500ms);
  a.answers = [](const call& c) { return webhook_script::agree(c); };
  w.advance(2s);
  CHECK(w.node_of("web") != "");
}

TEST_CASE("extenders: a slow one costs its time-out, and no more") {
  webhook_script a;
  consulted_world w({{an_extender("a"), &a}});
  a.takes = [](const call&) { return 1h; };
  w.create(make_pod("web"));
  w.advance(4900ms);
  CHECK(w.failure() == "");
  w.advance(200ms);
  CHECK(w.failure() == deadline_exceeded);
}

TEST_CASE("extenders: a failure of an ignorable one is logged and passed over") {
  webhook_script a;
  extender_configuration c = an_extender("a");
  c.ignorable = true;
  consulted_world w({{c, &a}});
  a.answers = [](const call&) { return webhook_script::dead(); };
  w.create(make_pod("web"));
  w.advance(100ms);
  CHECK(w.node_of("web") != "");
  CHECK(w.logged(R"("Skipping extender as it returned error and has ignorable flag set" extender="http://a" err=)") ==
        1);
}

TEST_CASE("extenders: a pod that asks for nothing it manages is none of its business") {
  webhook_script a;
  extender_configuration c = an_extender("a");
  c.managed_resources = {"example.com/gpu"};
  consulted_world w({{c, &a}});
  a.answers = [](const call&) { return webhook_script::dead(); };
  w.create(make_pod("web"));
  w.advance(100ms);
  CHECK(w.node_of("web") != "");
  CHECK(a.calls.empty());
  w.create(make_pod("gpu").request("example.com/gpu", "0"));
  w.advance(100ms);
  CHECK(a.calls.size() == 1);
  w.create(make_pod("init").with_init(make_container("i").requests({{"example.com/gpu", "0"}})));
  w.advance(100ms);
  CHECK(a.calls.size() == 2);
}

TEST_CASE("extenders: a node that goes while one thinks is not chosen, nor one that comes") {
  webhook_script a;
  consulted_world w({{an_extender("a"), &a}});
  a.takes = only_slow_to("filter", 1s);
  a.answers = says(R"({"NodeNames":["n2"]})");
  w.create(make_pod("web"));
  w.advance(500ms);
  w.nodes().removed(make_node("n2"));
  w.nodes().applied(make_node("n4"));
  w.advance(600ms);
  CHECK(w.api.count("POST", "/binding") == 0);
  // What happened meanwhile wakes it at once; n4 is asked about then.
  std::vector<std::string> asked_about = webhook_script::nodes_of(a.calls.back());
  std::sort(asked_about.begin(), asked_about.end());
  CHECK(asked_about == std::vector<std::string>{"n1", "n3", "n4"});
  a.answers = says(R"({"NodeNames":["n4"]})");
  w.advance(10s);
  CHECK(w.node_of("web") == "n4");
}

TEST_CASE("extenders: room that is taken while one thinks is not taken twice") {
  webhook_script a;
  consulted_world w({{an_extender("a"), &a}});
  a.takes = only_slow_to("filter", 1s);
  a.answers = says(R"({"NodeNames":["n2"]})");
  w.create(make_pod("web").cpu("3"));
  w.advance(500ms);
  w.pods().applied(make_pod("theirs").scheduler("other").cpu("3").on("n2"));
  w.advance(600ms);
  CHECK(w.node_of("web") == "");
  CHECK(w.failure().starts_with("0/3 nodes are available: 1 Insufficient cpu."));
}

TEST_CASE("extenders: a pod that is deleted or changed while one thinks is not placed as it was") {
  webhook_script a;
  consulted_world w({{an_extender("a"), &a}});
  a.takes = only_slow_to("filter", 1s);
  w.create(make_pod("gone"));
  w.advance(500ms);
  w.remove("gone");
  w.advance(2s);
  CHECK(w.api.count("POST", "/binding") == 0);
  CHECK(w.scheduler.queue().in_flight() == 0);

  w.create(make_pod("web"));
  w.advance(500ms);
  const std::size_t asked = a.count("filter");
  w.api.change_pod({"default", "web"}, [](k8s::pod& p) {
    k8s::pod_spec spec = *p.spec;
    spec.labels.set("new", "label");
    p.spec = std::make_shared<const k8s::pod_spec>(std::move(spec));
  });
  w.advance(600ms);
  CHECK(w.node_of("web") == "");
  CHECK(a.count("filter") == asked + 1);
  w.advance(1s);
  CHECK(w.node_of("web") != "");
}

TEST_CASE("extenders: a condition that we wrote ourselves does not make the answer void") {
  webhook_script a;
  consulted_world w({{an_extender("a"), &a}});
  a.takes = only_slow_to("filter", 1s);
  w.create(make_pod("web"));
  w.advance(500ms);
  w.api.change_pod({"default", "web"}, [](k8s::pod& p) {
    p.scheduled = k8s::scheduled_condition{false, "Unschedulable", "m"};
  });
  w.advance(600ms);
  CHECK(w.node_of("web") != "");
  CHECK(a.count("filter") == 1);
}

TEST_CASE("extenders: at the end nothing is begun any more, and the pod waits for the next process") {
  webhook_script a;
  consulted_world w({{an_extender("a"), &a}});
  a.takes = only_slow_to("filter", 1s);
  w.create(make_pod("web"));
  w.advance(500ms);
  bool ended = false;
  boost::asio::co_spawn(w.io, w.scheduler.drain(w.time.now() + 10s), [&](std::exception_ptr) { ended = true; });
  w.advance(2s);
  CHECK(ended);
  CHECK(w.api.count("POST", "/binding") == 0);
  CHECK(w.scheduler.queue().in_flight() == 0);
}

TEST_CASE("extenders: a nominated node that one refuses gives way to the others") {
  webhook_script a;
  consulted_world w({{an_extender("a"), &a}});
  a.answers = [](const call& c) {
    if (c.verb != "filter" || webhook_script::nodes_of(c).size() > 1) return webhook_script::agree(c);
    return webhook_script::ok(R"({"NodeNames":[],"FailedNodes":{"n1":"no"}})");
  };
  w.create(make_pod("web").nominated_to("n1"));
  w.advance(100ms);
  CHECK(webhook_script::nodes_of(a.calls[0]) == std::vector<std::string>{"n1"});
  CHECK(webhook_script::nodes_of(a.calls[1]).size() == 3);
  CHECK(w.node_of("web") != "");
}
