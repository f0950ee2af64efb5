#include "test/k8s/lease/election_candidate.hpp"

#include <doctest/doctest.h>

using namespace berth::test::electing;

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
