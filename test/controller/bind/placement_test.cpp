#include "controller/bind/placement.hpp"

#include "scoring/index/live_cluster.hpp"
#include "test/controller/trouble.hpp"
#include "test/support/fake_client.hpp"
#include "test/support/fake_time.hpp"
#include "test/support/objects.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <stdexcept>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

/// Over a bare index; `calls` counts what came in, and `throw_at` is the number of the one that throws.
struct bare_desk final : placement_desk {
  const scoring::cluster& index() const override { return nodes; }
  scoring::pod_info assume(const scoring::pod_info& pod, const std::string& node) override {
    auto placed = std::make_shared<k8s::pod>(*pod.pod);
    placed->node_name = node;
    scoring::pod_info info{std::move(placed), pod.requests};
    nodes.place(info, node);
    return info;
  }
  bool forget(const std::string& uid) override {
    const bool there = !nodes.node_name_of(uid).empty();
    nodes.remove(uid);
    return there;
  }
  void acknowledged(const std::string& uid) override { confirmed.push_back(uid); }
  void ran(const placement&) override {
    if (++calls == throw_at) throw std::runtime_error("no memory for the record");
  }
  std::optional<std::string> perform(scoring::effects& wanted) override {
    std::optional<std::string> node;
    for (scoring::effect& e : wanted.take())
      if (auto* bind = std::get_if<scoring::bind_pod>(&e)) node = bind->node;
    return node;
  }

  scoring::live_cluster nodes;
  std::vector<std::string> confirmed;
  int calls = 0;
  int throw_at = 0;
};

struct fixture {
  fixture() { desk.nodes.set_node(make_node("n1")); }

  placement make(const make_pod& pod = make_pod("a")) {
    return placement(desk, profiles.front(), desk.nodes.intern(pod), "n1", {});
  }
  /// Nobody holds anything, and the index is as it was.
  void check_untouched() {
    CHECK(desk.nodes.placed_count() == 0);
    CHECK(held->empty());
    CHECK(desk.confirmed.empty());
  }
  void check_held() {
    CHECK(desk.nodes.node_name_of("default-a") == "n1");
    CHECK(held->contains("default-a"));
  }
  /// What the coroutine returned; nothing where it still runs.
  std::shared_ptr<std::optional<placement::outcome>> start_bind(placement& p) {
    auto answer = std::make_shared<std::optional<placement::outcome>>();
    boost::asio::co_spawn(io, p.bind(api),
                          [answer](std::exception_ptr, placement::outcome o) { *answer = std::move(o); });
    time.run();
    return answer;
  }

  boost::asio::io_context io;
  fake_time time{io};
  fake_client api{time};
  bare_desk desk;
  held_pods held = std::make_shared<std::set<std::string>>();
  std::vector<scoring::profile> profiles = make_profiles(troubled_configuration(), with_trouble(held));
};

make_pod trouble_at(const std::string& at, const std::string& how) {
  return make_pod("a").label("at", at).label("how", how);
}
const auto nobody_waits = [](const placement::waits&) { FAIL("nobody is to wait"); };

}  // namespace

TEST_CASE_FIXTURE(fixture, "placement: made, it has assumed and reserved; dead, neither") {
  {
    placement p = make();
    CHECK(p.reserved().is_ok());
    CHECK(p.held());
    CHECK(p.pod().pod->node_name == "n1");
    check_held();
  }
  check_untouched();
}

TEST_CASE_FIXTURE(fixture, "placement: what is not reserved is not assumed either, however the plugin said so") {
  for (const char* how : {"refuse", "fail", "throw", "throw-1", "bad-alloc"}) {
    placement p = make(trouble_at("reserve", how));
    CHECK_FALSE(p.reserved().is_ok());
    CHECK_FALSE(p.held());
    check_untouched();
    CHECK_FALSE(p.take_back());
  }
}

TEST_CASE_FIXTURE(fixture, "placement: whatever Permit says but success or wait takes it back") {
  for (const char* how : {"refuse", "fail", "throw", "throw-1", "bad-alloc"}) {
    placement p = make(trouble_at("permit", how));
    CHECK_FALSE(p.permit(nobody_waits).is_ok());
    check_untouched();
  }
}

TEST_CASE_FIXTURE(fixture, "placement: while a plugin has it wait it is held, and may die meanwhile") {
  std::optional<placement> p(make(trouble_at("permit", "wait")));
  placement::waits whom;
  CHECK(p->permit([&](const placement::waits& w) { whom = w; }).what == scoring::code::wait);
  REQUIRE(whom.size() == 1);
  CHECK(whom[0].plugin == "Trouble");
  check_held();
  p.reset();
  check_untouched();
}

TEST_CASE_FIXTURE(fixture, "placement: a refusal before the binding, settled, gives the room back") {
  for (const char* at : {"preBind", "bind"})
    for (const char* how : {"refuse", "fail", "throw", "throw-1", "bad-alloc"}) {
      CAPTURE(at);
      CAPTURE(how);
      placement p = make(trouble_at(at, how));
      CHECK(p.permit(nobody_waits).is_ok());
      scoring::status s = p.pre_bind().what;
      if (s.is_ok()) {
        const auto answer = start_bind(p);
        REQUIRE(answer->has_value());
        CHECK((*answer)->verdict == binding_verdict::refused);
        s = (*answer)->why;
      }
      CHECK_FALSE(s.is_ok());
      check_held();
      CHECK(p.settle(binding_verdict::refused) == settlement::freed);
      check_untouched();
    }
  CHECK(api.requests.empty());
}

TEST_CASE_FIXTURE(fixture, "placement: bound, it is settled for good and PostBind is told") {
  api.create_pod(make_pod("a"));
  {
    placement p = make();
    const auto answer = start_bind(p);
    time.advance(1s);
    REQUIRE(answer->has_value());
    CHECK((*answer)->verdict == binding_verdict::bound);
    CHECK((*answer)->why.is_ok());
    CHECK(p.settle(binding_verdict::bound) == settlement::bound);
    CHECK_FALSE(p.held());
    p.post_bind();
    CHECK_FALSE(p.take_back());
    CHECK(p.settle(binding_verdict::bound) == settlement::bound);  // said again
  }
  check_held();
  CHECK(desk.confirmed == std::vector<std::string>{"default-a"});
  CHECK(api.pods.at({"default", "a"}).node_name == "n1");
}

TEST_CASE_FIXTURE(fixture, "placement: each verdict on a binding does what it says with the room") {
  using v = binding_verdict;
  for (const v verdict : {v::elsewhere, v::gone, v::refused, v::not_sent}) {
    placement p = make();
    CHECK(p.settle(verdict) == settlement::freed);
    check_untouched();
  }
  for (const v verdict : {v::too_early, v::unknown}) {
    placement p = make();
    CHECK(p.settle(verdict) == settlement::open);
    check_held();
    CHECK(p.settle(v::gone) == settlement::freed);
    check_untouched();
  }
  placement p = make();
  desk.forget("default-a");  // the watch showed that it was deleted
  CHECK(p.settle(v::gone) == settlement::was_free);
  check_untouched();
}

TEST_CASE_FIXTURE(fixture, "placement: a binding that fails names the Bind plugin once, with the server's words") {
  api.create_pod(make_pod("a"));
  for (const fault f : {fault::unreachable, fault::lost, fault::error_500, fault::throttled}) {
    api.plan = [f](const request& r) { return r.method == "POST" ? f : fault::none; };
    placement p = make();
    const auto answer = start_bind(p);
    time.advance(1s);
    REQUIRE(answer->has_value());
    CHECK((*answer)->verdict != binding_verdict::bound);
    CHECK((*answer)->why.message().starts_with("running Bind plugin \"DefaultBinder\": "));
    CHECK((*answer)->why.message().find("running", 1) == std::string::npos);
    check_held();
  }
  check_untouched();
}

TEST_CASE_FIXTURE(fixture, "placement: moved, it is held once, by the one it was moved to") {
  std::optional<placement> first(make());
  placement second(std::move(*first));
  first.reset();
  CHECK(second.held());
  check_held();
  placement other = placement(desk, profiles.front(), desk.nodes.intern(make_pod("b")), "n1", {});
  other = std::move(second);  // what it held before is taken back
  CHECK(desk.nodes.placed_count() == 1);
  CHECK(held->size() == 1);
  check_held();
  other.take_back();
  check_untouched();
}

TEST_CASE_FIXTURE(fixture, "placement: an exception of its desk, at any call, leaves nothing behind") {
  for (int at = 1; at <= 3; ++at) {
    desk.calls = 0;
    desk.throw_at = at;
    const auto live = [&] {
      placement p = make();
      p.permit(nobody_waits);
      p.pre_bind();
    };
    CHECK_THROWS(live());
    check_untouched();
  }
}

TEST_CASE_FIXTURE(fixture, "placement: cancelled in the middle of a binding, it takes itself back") {
  api.create_pod(make_pod("a"));
  api.latency = [](const request&) { return 1h; };
  {
    boost::asio::cancellation_signal cancel;
    auto p = std::make_shared<placement>(make());
    bool ended = false;
    boost::asio::co_spawn(io, p->bind(api),
                          boost::asio::bind_cancellation_slot(
                              cancel.slot(), [p, &ended](std::exception_ptr, placement::outcome) { ended = true; }));
    p.reset();  // the coroutine's handler has it now
    time.run();
    check_held();
    cancel.emit(boost::asio::cancellation_type::terminal);
    time.run();
    CHECK(ended);
  }
  check_untouched();
}
