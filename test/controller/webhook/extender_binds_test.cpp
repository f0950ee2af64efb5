#include "test/controller/world.hpp"
#include "test/support/fake_webhook.hpp"

#include <doctest/doctest.h>

/// An extender that binds: it does, or says that it does not, or nobody knows.
using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

using call = webhook_script::call;

struct binding_world : world {
  explicit binding_world(webhook_script& script, bool ignorable = false)
      : world(settings_with(32), scoring::default_registry(), controller::default_configuration("berth"),
              [&script, ignorable](controller::alarm_clock& clock, boost::asio::any_io_executor on) {
                controller::extender_configuration c;
                c.url_prefix = "http://a";
                c.bind_verb = "bind";
                c.ignorable = ignorable;
                std::vector<std::unique_ptr<controller::extender>> made;
                made.push_back(
                    std::make_unique<controller::extender>(c, std::make_unique<fake_webhook>(script, clock), on));
                return made;
              }) {
    list({make_node("n1")});
  }
  /// What a webhook does that binds.
  void bind_it() {
    api.change_pod({"default", "web"}, [](k8s::pod& p) { p.node_name = "n1"; });
  }
  std::size_t posts() const { return api.count("POST", "/binding"); }
};

}  // namespace

TEST_CASE("extender binds: the pod, and berth does not") {
  webhook_script a;
  binding_world w(a);
  a.answers = [&](const call& c) {
    w.bind_it();
    return webhook_script::agree(c);
  };
  w.create(make_pod("web"));
  w.advance(100ms);
  CHECK(w.posts() == 0);
  REQUIRE(a.calls.size() == 1);
  CHECK(a.calls[0].verb == "bind");
  CHECK(a.calls[0].body == R"({"PodName":"web","PodNamespace":"default","PodUID":"default-web","Node":"n1"})");
  CHECK(w.find_event("web", "Scheduled") != nullptr);
  CHECK(w.scheduler.cache().assumed_count() == 0);
}

TEST_CASE("extender binds: what it refuses is told in its words and tried again") {
  webhook_script a;
  binding_world w(a);
  a.answers = [](const call&) { return webhook_script::ok(R"({"Error":"the rack is on fire"})"); };
  w.create(make_pod("web"));
  w.advance(500ms);
  CHECK(w.posts() == 0);
  CHECK(w.find_event("web", "FailedScheduling")->note == "the rack is on fire");
  CHECK(w.scheduler.cache().assumed_count() == 0);
  a.answers = [&](const call& c) {
    w.bind_it();
    return webhook_script::agree(c);
  };
  w.advance(2s);
  CHECK(w.find_event("web", "Scheduled") != nullptr);
}

TEST_CASE("extender binds: a lost answer is read back, and not asked for again") {
  webhook_script a;
  binding_world w(a);
  a.answers = [&](const call&) {
    w.bind_it();
    return webhook_script::lost();
  };
  w.create(make_pod("web"));
  w.watching = false;
  w.advance(500ms);
  CHECK(a.calls.size() == 1);
  CHECK(w.api.count("GET", "/pods/web") == 1);
  CHECK(w.find_event("web", "Scheduled") != nullptr);
  CHECK(w.find_event("web", "FailedScheduling") == nullptr);
}

TEST_CASE("extender binds: one that dies before it could is tried again after backoff, and the API server is well") {
  webhook_script a;
  binding_world w(a);
  a.answers = [](const call&) { return webhook_script::dead(); };
  w.create(make_pod("web"));
  w.advance(900ms);
  CHECK(a.calls.size() == 1);
  CHECK(w.find_event("web", "FailedScheduling")->note == "Post \"http://a/bind\": connection refused");
  CHECK(w.logged("The API server") == 0);
  w.advance(2s);
  CHECK(a.calls.size() >= 2);
}

TEST_CASE("extender binds: where an ignorable one fails, the profile's own plugin binds") {
  webhook_script a;
  binding_world w(a, true);
  a.answers = [](const call&) { return webhook_script::status(500); };
  w.create(make_pod("web"));
  w.advance(100ms);
  CHECK(w.node_of("web") == "n1");
  CHECK(w.posts() == 1);
  CHECK(w.logged(R"("Skipping extender in bind as it returned error and has ignorable flag set")") == 1);
}

TEST_CASE("extender binds: one that says so and does not is found out") {
  webhook_script a;
  binding_world w(a);
  w.create(make_pod("web"));
  w.advance(500ms);
  CHECK(w.scheduler.cache().assumed_count() == 1);
  a.answers = [&](const call& c) {
    w.bind_it();
    return webhook_script::agree(c);
  };
  w.advance(90s);
  CHECK(w.node_of("web") == "n1");
  CHECK(a.calls.size() == 2);
}
