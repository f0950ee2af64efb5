#include "test/controller/world.hpp"

#include <doctest/doctest.h>

#include <utility>

/// The server, or the lease, is away: what waits, what is tried again, and how soon all is bound.
using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

TEST_CASE("scheduler: an internal error of the server is an error of the attempt, with its condition and backoff") {
  world w;
  w.list({make_node("n1")});
  int times = 0;
  w.api.plan = [&](const request& r) {
    return r.path.ends_with("/binding") && ++times <= 2 ? fault::error_500 : fault::none;
  };
  w.create(make_pod("web"));
  w.advance(1500ms);
  CHECK(w.api.pods.at({"default", "web"}).scheduled->reason == "SchedulerError");
  CHECK(w.api.count("POST", "/binding") == 1);
  w.advance(30s);
  CHECK(w.api.count("POST", "/binding") == 3);
  CHECK(w.node_of("web") == "n1");
}

TEST_CASE("scheduler: while the server is away nothing is tried, and everything is bound when it is back") {
  world w;
  w.list({make_node("n1")});
  w.api.down = true;
  for (int i = 0; i < 50; ++i) w.pods().applied(make_pod("p" + std::to_string(i)));
  w.advance(60s);
  const std::size_t posts = w.api.count("POST", "/binding");
  CHECK(posts <= 32);
  CHECK(w.api.events.empty());
  CHECK(w.logged("Error scheduling pod") == 0);
  CHECK(w.api.requests.size() < posts + 40);  // the probe's, twice a second at most
  w.api.down = false;
  for (int i = 0; i < 50; ++i) w.api.create_pod(make_pod("p" + std::to_string(i)));
  w.advance(8s);
  for (int i = 0; i < 50; ++i) CHECK(w.node_of("p" + std::to_string(i)) == "n1");
  CHECK(w.find_event("p0", "FailedScheduling") == nullptr);
}

TEST_CASE("scheduler: a binding in an unknown state when the server went away is resolved when it is back") {
  world w;
  w.list({make_node("n1")});
  w.api.plan = [&](const request& r) {
    if (!r.path.ends_with("/binding")) return fault::none;
    w.api.down = true;
    return fault::lost_after;
  };
  w.create(make_pod("web"));
  w.watching = false;
  w.advance(60s);
  CHECK(w.scheduler.cache().assumed_count() == 1);
  CHECK(w.logged("Successfully bound") == 0);
  w.api.down = false;
  w.advance(5s);
  CHECK(w.logged("Successfully bound") == 1);
  CHECK(w.api.count("POST", "/binding") == 1);
}

TEST_CASE("scheduler: an answer of 404 from something in between does not lose the pod") {
  world w;
  w.list({make_node("n1")});
  int times = 0;
  w.api.plan = [&](const request& r) {
    return r.path.ends_with("/binding") && ++times == 1 ? fault::not_found : fault::none;
  };
  w.create(make_pod("web"));
  w.advance(10s);
  CHECK(w.node_of("web") == "n1");
}

TEST_CASE("scheduler: nothing is decided or bound while the lease is not fresh, and the pod keeps its turn") {
  k8s::leadership lead;
  auto settings = settings_with(32);
  settings.lead = &lead;
  world w(settings);
  w.list({make_node("n1")});
  w.create(make_pod("early"));
  w.advance(1min);
  CHECK(w.api.requests.empty());
  CHECK(w.logged("Attempting to schedule pod") == 0);
  lead.extend(w.time.now() + 10s);
  w.advance(1s);
  CHECK(w.node_of("early") == "n1");
}

TEST_CASE("scheduler: a decision that outlasts the lease binds nothing, and its pod is bound by whoever leads then") {
  // The decision takes 20 s, while the lease is good for 10 s: no event can tell the scheduler in between.
  k8s::leadership lead;
  auto settings = settings_with(32);
  settings.lead = &lead;
  struct slow final : scoring::plugin, scoring::node_filter_plugin {
    slow(fake_time*& t, bool& s) : time(t), holds(s) {}
    std::string_view name() const override { return "Slow"; }
    scoring::status filter_node(const scoring::pod_info&, const scoring::cluster&, scoring::cycle_state&,
                                scoring::node_id) const override {
      if (holds) time->take(20s);
      return scoring::status::ok();
    }
    fake_time*& time;
    bool& holds;
  };
  fake_time* time = nullptr;
  bool holds = true;
  scoring::registry plugins = scoring::default_registry();
  plugins.add("Slow", [&](scoring::arguments& args, const scoring::plugin_context&) {
    args.finish();
    return std::make_unique<slow>(time, holds);
  });
  world w(settings, plugins,
          controller::parse_configuration("apiVersion: kubescheduler.config.k8s.io/v1\nkind: "
                                          "KubeSchedulerConfiguration\nprofiles: [{schedulerName: berth, plugins: "
                                          "{multiPoint: {enabled: [{name: Slow}]}}}]",
                                          "test"));
  time = &w.time;
  w.list({make_node("n1")});
  lead.extend(w.time.now() + 10s);
  w.create(make_pod("web"));
  w.advance(1s);
  CHECK(w.api.count("POST", "/binding") == 0);
  CHECK(w.scheduler.cache().assumed_count() == 0);
  CHECK(w.scheduler.queue().size(controller::queue_name::active) == 1);
  CHECK(w.metrics.text().find("berth_bindings_withheld_total 1\n") != std::string::npos);
  CHECK(w.find_event("web", "FailedScheduling") == nullptr);
  // Renewed after all, the pod is decided on and bound at once.
  holds = false;
  lead.extend(w.time.now() + 10s);
  w.advance(1s);
  CHECK(w.node_of("web") == "n1");
}

TEST_CASE("scheduler: a binding that admission forbids for ever is tried ever more rarely") {
  world w;
  w.list({make_node("n1")});
  w.api.plan = [](const request& r) { return r.path.ends_with("/binding") ? fault::denied : fault::none; };
  w.create(make_pod("web"));
  w.advance(60s);
  const std::size_t first = w.api.count("POST", "/binding");
  CHECK(first <= 10);  // after 1, 2, 4, 8, 10, 10, ... seconds
  w.advance(100s);
  CHECK(w.api.count("POST", "/binding") - first >= 9);
  CHECK(w.api.count("POST", "/binding") - first <= 11);
  CHECK(w.api.pods.at({"default", "web"}).scheduled->reason == "SchedulerError");
}

TEST_CASE("scheduler: a server that takes no binding and answers probes is asked for one every second or two") {
  for (const fault f : {fault::unreachable, fault::error_500, fault::throttled, fault::unauthorized, fault::lost}) {
    CAPTURE(static_cast<int>(f));
    world w;
    w.list({make_node("n1")});
    bool well = false;
    w.api.plan = [&](const request& r) { return !well && r.path.ends_with("/binding") ? f : fault::none; };
    w.create(make_pod("web"));
    w.advance(60s);
    CHECK(w.api.count("POST", "/binding") >= 5);
    CHECK(w.api.count("POST", "/binding") <= 60);
    CHECK(w.api.count("GET", "/livez") <= 60);
    well = true;
    w.advance(5s);
    CHECK(w.node_of("web") == "n1");
    // A failure after a success is probed at once, as the first was.
    bool once = false;
    w.api.plan = [&](const request& r) {
      return r.path.ends_with("/binding") && !std::exchange(once, true) ? fault::unreachable : fault::none;
    };
    w.create(make_pod("another"));
    w.advance(100ms);
    CHECK(w.node_of("another") == "n1");
  }
}

TEST_CASE("scheduler: an event whose writing was not answered is there once") {
  for (const fault f : {fault::lost_after, fault::error_500_after, fault::lost, fault::lost_before_late}) {
    CAPTURE(static_cast<int>(f));
    world w;
    w.list({make_node("n1")});
    int times = 0;
    w.api.plan = [&](const request& r) { return r.path.ends_with("/events") && ++times <= 3 ? f : fault::none; };
    w.create(make_pod("web"));
    w.advance(5s);
    w.api.land_late_requests();
    w.advance(1min);
    CHECK(w.api.count("POST", "/events") == 4);
    CHECK(w.api.events.size() == 1);
    REQUIRE(w.find_event("web", "Scheduled") != nullptr);
  }
}

TEST_CASE("scheduler: after any outage that ends, a pod is bound within 5 s") {
  struct kind {
    fault of_requests;
    const char* name;
  };
  for (const kind k : {kind{fault::unreachable, "refused"}, kind{fault::lost, "reset"}, kind{fault::error_500, "503"},
                       kind{fault::throttled, "429"}, kind{fault::unauthorized, "401"}, kind{fault::forbidden, "403"},
                       kind{fault::lost_after, "carried out, not answered"}}) {
    for (const auto lasts : {3s, 10s, 60s, 600s}) {
      CAPTURE(k.name);
      CAPTURE(lasts.count());
      world w;
      w.list({make_node("n1")});
      bool well = false;
      w.api.plan = [&](const request&) { return well ? fault::none : k.of_requests; };
      for (int i = 0; i < 50; ++i) w.create(make_pod("p" + std::to_string(i)));
      w.advance(lasts);
      well = true;
      w.advance(5s);
      for (int i = 0; i < 50; ++i) CHECK(w.node_of("p" + std::to_string(i)) == "n1");
      CHECK(w.scheduler.bindings_in_flight() == 0);
    }
  }
}

TEST_CASE("scheduler: a server that is told to stop, and says so in /readyz, is bound with as long as it serves") {
  world w;
  w.list({make_node("n1")});
  bool once = false;
  w.api.plan = [&](const request& r) {
    if (r.path == "/readyz") return fault::error_500;
    return r.path.ends_with("/binding") && !std::exchange(once, true) ? fault::unreachable : fault::none;
  };
  w.create(make_pod("web"));
  w.advance(5s);
  CHECK(w.node_of("web") == "n1");
}
