#pragma once

#include "test/controller/world.hpp"
#include "test/support/fake_webhook.hpp"

#include <doctest/doctest.h>

#include <algorithm>

/// A process with webhooks that answer as a test says, over three nodes.
using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

using controller::extender_configuration;
using call = webhook_script::call;

inline const std::string deadline_exceeded =
    "Post \"http://a/filter\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

struct other {
  extender_configuration configuration;
  webhook_script* script;
};

struct consulted_world : world {
  explicit consulted_world(
      std::vector<other> others, scoring::registry plugins = scoring::default_registry(),
      controller::scheduler_configuration configuration = controller::default_configuration("berth"))
      : world(settings_with(32), std::move(plugins), std::move(configuration),
              [others](controller::alarm_clock& clock, boost::asio::any_io_executor on) {
                std::vector<std::unique_ptr<controller::extender>> made;
                for (const other& o : others)
                  made.push_back(std::make_unique<controller::extender>(
                      o.configuration, std::make_unique<fake_webhook>(*o.script, clock), on));
                return made;
              }) {
    for (const char* name : {"n1", "n2", "n3"}) tell_node(make_node(name));
    api.pod_changed = [this](k8s::pod_ptr pod) {
      pods().whole(*pod, std::make_shared<const std::string>(R"({"metadata":{"name":")" + pod->key.name + "\"}}"));
      pods().applied(std::move(pod));
    };
    list({make_node("n1"), make_node("n2"), make_node("n3")});
  }
  /// Its text, ahead of the node, as the watch gives it.
  void tell_node(const k8s::node& node, const std::string& more = "") {
    nodes().whole(node,
                  std::make_shared<const std::string>(R"({"metadata":{"name":")" + node.name + "\"" + more + "}}"));
  }
  std::string failure(const std::string& pod = "web") const {
    const fake_client::event* e = find_event(pod, "FailedScheduling");
    return e == nullptr ? "" : e->note;
  }
};

inline auto says(std::string body) {
  return [body](const call& c) { return c.verb == "filter" ? webhook_script::ok(body) : webhook_script::agree(c); };
}

inline auto scores(std::string body) {
  return [body](const call& c) { return c.verb == "prioritize" ? webhook_script::ok(body) : webhook_script::agree(c); };
}

inline auto says_of_evictions(std::string body) {
  return [body](const call& c) { return c.verb == "preempt" ? webhook_script::ok(body) : webhook_script::agree(c); };
}

/// One that is asked about evictions alone.
inline extender_configuration judge_of_evictions(const std::string& name, bool node_cache_capable = true) {
  extender_configuration c;
  c.url_prefix = "http://" + name;
  c.preempt_verb = "preempt";
  c.node_cache_capable = node_cache_capable;
  return c;
}

/// Three full nodes; the pod on n1 is the least important, that on n3 the most.
struct full_world : consulted_world {
  explicit full_world(std::vector<other> others) : consulted_world(std::move(others)) {
    scheduler.cache().keep_texts_of_placed_pods();
    for (int i = 1; i <= 3; ++i) {
      const std::string n = std::to_string(i);
      nodes().applied(make_node("n" + n).cpu("1").version("2"));
      create(make_pod("low-" + n).cpu("1").priority(i).on("n" + n));
    }
  }
  void preempt() {
    create(make_pod("web").cpu("1").priority(10));
    advance(100ms);
  }
  std::string nominated() const { return api.pods.at({"default", "web"}).nominated_node_name; }
  bool evicted(int i) const { return !api.pods.contains({"default", "low-" + std::to_string(i)}); }
};

inline auto only_slow_to(std::string verb, controller::duration takes) {
  return [verb, takes](const call& c) { return c.verb == verb ? takes : controller::duration(5ms); };
}

}  // namespace
