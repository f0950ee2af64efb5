#include "test/k8s/lease/election_candidate.hpp"

#include <doctest/doctest.h>

/// The end of a lead: given back, for how long it may write, and how soon another has it.
using namespace berth::test::electing;

TEST_CASE("election: a lease that was given back is taken at the next try") {
  candidate c;
  c.taken_by("");
  c.begin();
  CHECK(c.rules.leading());
  CHECK(c.asked == std::vector{kind::get, kind::replace});
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
