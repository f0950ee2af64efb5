#include "k8s/lease/leader_elector_step.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;
using namespace std::chrono_literals;

namespace {

using kind = election_action::kind;

/// A candidate, a lease at a server, and a clock: performs what the rules ask for, unless the server is broken.
struct candidate {
  explicit candidate(std::string identity = "me", std::uint64_t seed = 1)
      : rules({.identity = std::move(identity)}, seed) {}

  clock::wall_time wall() const {
    return clock::wall_time(1'700'000'000s) +
           std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
  }

  /// Performs requests until the rules want to sleep or are at their end.
  void settle() {
    while (action.what == kind::get || action.what == kind::create || action.what == kind::replace) {
      asked.push_back(action.what);
      timeouts.push_back(action.timeout);
      action = rules.answered(serve(action), now, wall());
    }
  }
  void begin() {
    action = rules.start(now, wall());
    settle();
  }
  void sleep() {
    REQUIRE(action.what == kind::sleep);
    now += action.how_long;
    action = rules.slept(now, wall());
    settle();
  }
  void stop() {
    action = rules.stop(now, wall());
    settle();
  }

  result<lease> serve(const election_action& a) {
    if (broken) return *broken;
    if (a.what == kind::get) return stored ? result<lease>(*stored) : error{errc::not_found, ""};
    if (a.what == kind::create && stored) return error{errc::already_exists, ""};
    if (a.what == kind::replace) {
      if (!stored) return error{errc::not_found, ""};
      if (a.to_write.resource_version != stored->resource_version) return error{errc::conflict, ""};
    }
    write(a.to_write);
    return *stored;
  }
  void write(lease l) {
    l.resource_version = std::to_string(++version);
    stored = std::move(l);
  }
  /// Somebody else holds the lease from now on.
  void taken_by(std::string who) {
    lease l = stored.value_or(lease{});
    l.holder_identity = std::move(who);
    l.duration_seconds = 15;
    l.renewed = wall();
    l.transitions += 1;
    write(l);
  }

  leader_elector_step rules;
  election_action action;
  clock::time_point now{100h};
  std::optional<lease> stored;
  std::optional<error> broken;
  int version = 0;
  std::vector<kind> asked;
  std::vector<std::chrono::milliseconds> timeouts;
};

candidate leader() {
  candidate c;
  c.begin();
  REQUIRE(c.rules.leading());
  c.asked.clear();
  return c;
}

}  // namespace

TEST_CASE("election: a lease that does not exist is made, and leads at once") {
  candidate c;
  c.begin();
  CHECK(c.rules.leading());
  CHECK(c.asked == std::vector{kind::get, kind::create});
  REQUIRE(c.stored);
  CHECK(c.stored->key.text() == "kube-system/berth");
  CHECK(c.stored->holder_identity == "me");
  CHECK(c.stored->duration_seconds == 15);
  CHECK(c.stored->acquired == c.wall());
  CHECK(c.stored->renewed == c.wall());
  CHECK(c.stored->transitions == 0);
  CHECK(c.action.what == kind::sleep);
  CHECK(c.action.how_long == 2s);
}

TEST_CASE("election: a leader renews by one PUT each 2 s, keeping when it acquired") {
  auto c = leader();
  const auto acquired = c.stored->acquired;
  for (int i = 0; i < 3; ++i) c.sleep();
  CHECK(c.asked == std::vector{kind::replace, kind::replace, kind::replace});
  CHECK(c.stored->acquired == acquired);
  CHECK(c.stored->renewed == c.wall());
  CHECK(c.stored->transitions == 0);
}

TEST_CASE(
    "election: somebody else's lease is waited for, as long as its own duration after it was last seen to change") {
  candidate c;
  c.taken_by("other");
  c.begin();
  CHECK_FALSE(c.rules.leading());
  CHECK(c.rules.holder() == "other");
  const auto first_seen = c.now;
  while (!c.rules.leading()) {
    CHECK(c.action.how_long < 750ms);
    c.sleep();
  }
  CHECK(c.now - first_seen == 15s);
  CHECK(c.stored->transitions == 2);
  CHECK(c.stored->acquired == c.wall());
}

TEST_CASE("election: times that others wrote are not compared with ours") {
  candidate c;
  c.taken_by("other");
  c.stored->renewed = c.wall() - 24h;
  c.begin();
  CHECK_FALSE(c.rules.leading());
  c.stored->renewed = c.wall() + 24h;
  const auto changed = c.now;
  while (!c.rules.leading()) c.sleep();
  CHECK(c.now - changed >= 15s);
  CHECK(c.now - changed < 24s);
}

TEST_CASE("election: each renewal of the other's starts the wait anew, a change of labels does not") {
  candidate c;
  c.taken_by("other");
  c.begin();
  for (int i = 0; i < 10; ++i) {
    c.stored->renewed = c.wall();
    c.stored->resource_version = std::to_string(++c.version);
    c.sleep();
    CHECK_FALSE(c.rules.leading());
  }
  const auto last = c.now;
  while (!c.rules.leading()) {
    c.stored->labels.set("n", std::to_string(++c.version));
    c.stored->resource_version = std::to_string(++c.version);
    c.sleep();
  }
  CHECK(c.now - last >= 15s);
  CHECK(c.now - last < 20s);
  CHECK(c.stored->labels.contains("n"));
}

TEST_CASE("election: a lease that was given back is taken at the next try") {
  candidate c;
  c.taken_by("");
  c.begin();
  CHECK(c.rules.leading());
  CHECK(c.asked == std::vector{kind::get, kind::replace});
}

TEST_CASE("election: two that try at once get one leader") {
  candidate c;
  c.taken_by("other");
  c.begin();
  c.now += 20s;
  c.action = c.rules.slept(c.now, c.wall());
  REQUIRE(c.action.what == kind::get);
  c.action = c.rules.answered(*c.stored, c.now, c.wall());
  REQUIRE(c.action.what == kind::replace);
  c.taken_by("third");
  c.settle();
  CHECK_FALSE(c.rules.leading());
  CHECK(c.action.what == kind::sleep);
  c.sleep();
  CHECK(c.rules.holder() == "third");
}

TEST_CASE("election: a conflict on renewal is read back and written again") {
  auto c = leader();
  c.stored->labels.set("a", "b");
  c.stored->resource_version = "77";
  c.sleep();
  CHECK(c.rules.leading());
  CHECK(c.asked == std::vector{kind::replace, kind::get, kind::replace});
  CHECK(*c.stored->labels.find("a") == "b");
}

TEST_CASE("election: a leader whose renewals fail for 10 s is no leader, before another may be") {
  auto c = leader();
  const auto renewed = c.now;
  c.broken = error{errc::unreachable, "refused"};
  while (c.action.what == kind::sleep) {
    CHECK(c.rules.leading());
    c.sleep();
  }
  CHECK(c.action.what == kind::lost);
  CHECK_FALSE(c.rules.leading());
  CHECK(c.now - renewed == 12s);
}

TEST_CASE("election: a renewal that succeeds within 10 s saves the lease, and the next round has 10 s again") {
  auto c = leader();
  c.broken = error{errc::server_error, "down"};
  for (int i = 0; i < 4; ++i) c.sleep();
  c.broken.reset();
  c.sleep();
  CHECK(c.rules.leading());
  const auto renewed = c.now;
  c.broken = error{errc::server_error, "down"};
  while (c.action.what == kind::sleep) c.sleep();
  CHECK(c.now - renewed == 12s);
}

TEST_CASE("election: no request of a leader outlives the round, nor half of the renew deadline") {
  auto c = leader();
  c.timeouts.clear();
  c.broken = error{errc::timed_out, "stuck"};
  while (c.action.what == kind::sleep) c.sleep();
  CHECK(c.timeouts.front() == 5s);
  for (const auto t : c.timeouts) CHECK(t <= 5s);
  CHECK(c.timeouts.back() <= 2s);
}

TEST_CASE("election: a leader that sees another's name stops at once") {
  auto c = leader();
  c.taken_by("usurper");
  c.sleep();
  CHECK(c.action.what == kind::lost);
  CHECK(c.rules.holder() == "usurper");
  CHECK(c.stored->holder_identity == "usurper");
}

TEST_CASE("election: a leader that slept too long looks before it goes on") {
  auto c = leader();
  c.now += 60s;
  c.asked.clear();
  c.action = c.rules.slept(c.now, c.wall());
  c.settle();
  CHECK(c.asked == std::vector{kind::get, kind::replace});
  CHECK(c.rules.leading());
}

TEST_CASE("election: a leader that is asked to make room does") {
  auto c = leader();
  c.stored->preferred_holder = "better";
  c.stored->resource_version = "99";
  c.sleep();
  CHECK(c.action.what == kind::lost);
  CHECK(c.stored->holder_identity == "me");
}

TEST_CASE("election: a lease that was deleted is made anew by its leader") {
  auto c = leader();
  c.stored.reset();
  c.sleep();
  CHECK(c.rules.leading());
  CHECK(c.asked == std::vector{kind::replace, kind::get, kind::create});
}

TEST_CASE("election: a candidate that cannot reach the server goes on trying for ever") {
  candidate c;
  c.broken = error{errc::unreachable, "refused"};
  c.begin();
  for (int i = 0; i < 1000; ++i) c.sleep();
  CHECK_FALSE(c.rules.leading());
  c.broken.reset();
  c.sleep();
  CHECK(c.rules.leading());
}

TEST_CASE("election: a leader that stops gives the lease back, for others to take at once") {
  auto c = leader();
  c.stop();
  CHECK(c.action.what == kind::stopped);
  CHECK_FALSE(c.rules.leading());
  CHECK(c.stored->holder_identity.empty());
  CHECK(c.stored->duration_seconds == 1);
  CHECK(c.asked == std::vector{kind::replace});
}

TEST_CASE("election: giving back is tried again on a conflict, and never takes from another") {
  auto c = leader();
  c.stored->resource_version = "42";
  c.stop();
  CHECK(c.asked == std::vector{kind::replace, kind::get, kind::replace});
  CHECK(c.stored->holder_identity.empty());
  auto d = leader();
  d.taken_by("other");
  d.stop();
  CHECK(d.action.what == kind::stopped);
  CHECK(d.stored->holder_identity == "other");
}

TEST_CASE("election: a server that is down does not keep a leader from stopping") {
  auto c = leader();
  c.broken = error{errc::unreachable, "refused"};
  c.stop();
  CHECK(c.action.what == kind::stopped);
}

TEST_CASE("election: a candidate that stops touches nothing") {
  candidate c;
  c.taken_by("other");
  c.begin();
  c.asked.clear();
  c.stop();
  CHECK(c.action.what == kind::stopped);
  CHECK(c.asked.empty());
}

TEST_CASE("election: without release the lease is left to expire") {
  candidate c;
  c.rules = leader_elector_step({.identity = "me", .release_on_stop = false}, 1);
  c.begin();
  c.stop();
  CHECK(c.action.what == kind::stopped);
  CHECK(c.stored->holder_identity == "me");
}

TEST_CASE("election: our own lease of an earlier life is taken up at once, without a transition") {
  candidate c;
  c.taken_by("me");
  const auto transitions = c.stored->transitions;
  c.begin();
  CHECK(c.rules.leading());
  CHECK(c.stored->transitions == transitions);
}

TEST_CASE("election: durations that contradict one another are refused in words") {
  const auto problem = [](auto change) {
    leader_election_settings s{.identity = "me"};
    change(s);
    return s.problem();
  };
  CHECK(problem([](auto&) {}).empty());
  CHECK(problem([](auto& s) { s.renew_deadline = 15s; }) == "leaseDuration must be greater than renewDeadline");
  CHECK(problem([](auto& s) { s.retry_period = 8334ms; }) == "renewDeadline must be greater than retryPeriod*1.2");
  CHECK(problem([](auto& s) { s.retry_period = 8333ms; }).empty());
  CHECK(problem([](auto& s) { s.retry_period = 0ms; }) == "retryPeriod must be greater than zero");
  CHECK(problem([](auto& s) {
          s.lease_duration = 999ms;
          s.renew_deadline = 500ms;
          s.retry_period = 100ms;
        }) == "leaseDuration must be at least 1s");
  CHECK(problem([](auto& s) { s.identity.clear(); }) == "the identity is empty");
  CHECK(problem([](auto& s) { s.name.clear(); }) == "resourceName and resourceNamespace must not be empty");
}

TEST_CASE("election: a lease that was given back is taken up within a second, and a dead leader's within 16 s") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    candidate c("me", seed);
    c.taken_by("other");
    c.begin();
    while (c.now < clock::time_point{100h} + 7s) c.sleep();
    const auto freed = c.now + std::chrono::milliseconds(seed);
    while (c.now + c.action.how_long < freed) c.sleep();
    lease given_back = *c.stored;
    given_back.holder_identity.clear();
    given_back.duration_seconds = 1;
    c.write(given_back);
    while (!c.rules.leading()) c.sleep();
    CHECK(c.now - freed < 1s);

    candidate d("me", seed);
    d.taken_by("other");
    d.begin();
    while (d.now < clock::time_point{100h} + 7s) d.sleep();
    const auto last_renewal = d.now + std::chrono::milliseconds(seed);
    d.taken_by("other");
    while (!d.rules.leading()) d.sleep();
    CHECK(d.now - last_renewal < 16s);
    CHECK(d.now - last_renewal >= 14s);
  }
}

TEST_CASE("election: an API server that fails is asked at upstream's pace, not at a standby's") {
  candidate c;
  c.broken = error{errc::server_error, ""};
  c.begin();
  for (int i = 0; i < 20; ++i) {
    CHECK(c.action.how_long >= 2s);
    CHECK(c.action.how_long < 4400ms);
    c.sleep();
  }
}

TEST_CASE("election: a leader may write for the renew deadline after it sent the last renewal that succeeded") {
  candidate c;
  CHECK(c.rules.fresh_until() == clock::time_point::min());
  c.begin();
  CHECK(c.rules.fresh_until() == c.now + 10s);
  // An answer that comes late does not make it last longer.
  c.now += c.action.how_long;
  c.action = c.rules.slept(c.now, c.wall());
  const auto sent = c.now;
  const auto answer = c.serve(c.action);
  c.now += 4s;
  c.action = c.rules.answered(answer, c.now, c.wall());
  CHECK(c.rules.fresh_until() == sent + 10s);
  // Tries that fail do not make it last longer either, and it ends before another may lead.
  c.broken = error{errc::timed_out, ""};
  while (c.action.what != kind::lost) {
    CHECK(c.rules.fresh_until() == sent + 10s);
    c.sleep();
  }
  CHECK(c.rules.fresh_until() == clock::time_point::min());
}

TEST_CASE("election: one that gives its lease back may write no more before that is sent") {
  auto c = leader();
  c.action = c.rules.stop(c.now, c.wall());
  CHECK(c.action.what == kind::replace);
  CHECK(c.rules.fresh_until() == clock::time_point::min());
}
