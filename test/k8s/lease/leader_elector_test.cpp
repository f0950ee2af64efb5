#include "k8s/lease/leader_elector.hpp"

#include "k8s/codec/encode.hpp"
#include "k8s/config/kubeconfig.hpp"
#include "test/k8s/hand_clock.hpp"
#include "test/k8s/scripted_client.hpp"

#include <doctest/doctest.h>
#include <boost/asio/co_spawn.hpp>

using namespace berth;
using namespace berth::k8s;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";

/// An API server with one lease, and candidates for it on one clock.
struct election {
  election() : time(io) {
    api.answer = [this](const std::string& what, const std::string& body) { return serve(what, body); };
  }

  result<std::string> serve(const std::string& what, const std::string& body) {
    if (down) return error{errc::unreachable, "refused"};
    if (what == "GET " + leases + "/berth")
      return stored ? result<std::string>(encode(*stored)) : error{errc::not_found, ""};
    auto written = decode_lease(body);
    if (!written) return error{errc::bad_request, written.error().detail};
    const bool creating = what == "POST " + leases;
    if (creating == stored.has_value()) return error{creating ? errc::already_exists : errc::not_found, ""};
    if (!creating && written->resource_version != stored->resource_version) return error{errc::conflict, ""};
    written->resource_version = std::to_string(++version);
    stored = *written;
    return encode(*stored);
  }

  struct candidate {
    std::unique_ptr<leader_elector> elector;
    std::vector<std::string> notes;
    std::optional<election_end> end;
  };
  std::unique_ptr<candidate> join(const std::string& name) {
    auto c = std::make_unique<candidate>();
    auto& notes = c->notes;
    leader_election_settings settings;
    settings.identity = name;
    c->elector = std::make_unique<leader_elector>(
        api, time, settings,
        leader_callbacks{.started_leading = [&notes] { notes.push_back("started"); },
                         .stopped_leading = [&notes] { notes.push_back("stopped"); },
                         .new_leader = [&notes](const std::string& who) { notes.push_back("leader is " + who); },
                         .failed =
                             [&notes](const error& why, bool leading) {
                               notes.push_back(std::string(leading ? "leading, " : "waiting, ") + name_of(why.code));
                             }},
        std::hash<std::string>()(name));
    auto note = [&end = c->end](std::exception_ptr, election_end how) { end = how; };
    boost::asio::co_spawn(io, c->elector->run(), note);
    time.settle();
    return c;
  }

  boost::asio::io_context io;
  hand_clock time;
  scripted_client api;
  std::optional<lease> stored;
  int version = 0;
  bool down = false;
};

using lines = std::vector<std::string>;

/// One candidate, and what those who write go by.
struct leading_writer : election {
  static leader_election_settings settings() {
    leader_election_settings s;
    s.identity = "first";
    return s;
  }
  leadership lead;
  leader_elector first{api, time, settings(), {}, 1, &lead};
};

}  // namespace

TEST_CASE("leader: the first leads, the second waits and is told who leads") {
  election e;
  const auto first = e.join("first"), second = e.join("second");
  CHECK(first->notes == lines{"leader is first", "started"});
  CHECK(first->elector->is_leader());
  CHECK(second->notes == lines{"leader is first"});
  e.time.advance(1h);
  CHECK(first->elector->is_leader());
  CHECK_FALSE(second->elector->is_leader());
  CHECK(second->notes.size() == 1);
}

TEST_CASE("leader: one that stops gives way to the other within one try") {
  election e;
  const auto first = e.join("first"), second = e.join("second");
  e.time.advance(1min);
  first->elector->stop();
  e.time.settle();
  CHECK(first->end == election_end::stopped);
  CHECK(first->notes.back() == "leader is ");
  CHECK_FALSE(first->elector->is_leader());
  e.time.advance(1s);
  CHECK(second->elector->is_leader());
  CHECK(second->notes.back() == "started");
  CHECK(e.stored->transitions == 1);
}

TEST_CASE("leader: one that dies is followed after the lease has run out, within 17 s of its last renewal") {
  election e;
  auto first = e.join("first");
  const auto second = e.join("second");
  e.time.advance(1min);
  auto dead = e.stored;
  // It renews no more: what it writes is lost.
  e.api.answer = [&](const std::string& what, const std::string& body) {
    return what.starts_with("PUT") && body.find("first") != body.npos ? result<std::string>(error{errc::timed_out, ""})
                                                                      : e.serve(what, body);
  };
  e.time.advance(13s);
  CHECK(first->end == election_end::lost);
  CHECK(first->notes[first->notes.size() - 1] == "stopped");
  CHECK_FALSE(second->elector->is_leader());
  e.time.advance(4s);
  CHECK(second->elector->is_leader());
}

TEST_CASE("leader: while the server is away a leader leads on for 12 s since its last renewal, then ends") {
  election e;
  const auto first = e.join("first");
  e.time.advance(1min);
  e.down = true;
  e.time.advance(9s);
  CHECK(first->elector->is_leader());
  CHECK(first->notes.back() == "leading, unreachable");
  e.time.advance(3s);
  CHECK(first->end == election_end::lost);
  CHECK_FALSE(first->elector->is_leader());
}

TEST_CASE("leader: overdue only where it thinks it leads and has not renewed for long") {
  election e;
  const auto first = e.join("first"), second = e.join("second");
  CHECK_FALSE(first->elector->overdue(e.time.now() + 35s, 20s));
  CHECK(first->elector->overdue(e.time.now() + 36s, 20s));
  CHECK_FALSE(second->elector->overdue(e.time.now() + 1h, 20s));
}

TEST_CASE("leader: its requests go the lease's own lane, once, within half of the renew deadline") {
  election e;
  const auto first = e.join("first");
  e.time.advance(2s);
  CHECK(e.api.calls == lines{"GET " + leases + "/berth", "POST " + leases, "PUT " + leases + "/berth"});
  for (const auto& options : e.api.options_of_calls) {
    CHECK(options.lane == lane::lease);
    CHECK_FALSE(options.retry);
    CHECK(options.timeout == 5s);
  }
}

TEST_CASE("leader: an answer that is no lease is a failure, not a lease") {
  election e;
  e.api.answer = [](const std::string&, const std::string&) { return std::string("<html>"); };
  const auto first = e.join("first");
  CHECK_FALSE(first->elector->is_leader());
  CHECK(first->notes.front().starts_with("waiting, "));
  first->elector->stop();
  e.time.settle();
  CHECK(first->end == election_end::stopped);
}

TEST_CASE("leader: one that is stopped while it waits ends at once and touches nothing") {
  election e;
  const auto first = e.join("first"), second = e.join("second");
  const auto calls = e.api.calls.size();
  second->elector->stop();
  e.time.settle();
  CHECK(second->end == election_end::stopped);
  CHECK(e.api.calls.size() == calls);
  CHECK(second->notes == lines{"leader is first"});
}

TEST_CASE("leader: contradictory durations are refused at the start") {
  election e;
  leader_election_settings settings;
  settings.identity = "me";
  settings.renew_deadline = 20s;
  CHECK_THROWS_WITH_AS(leader_elector(e.api, e.time, settings, {}, 1),
                       "leaderElection: leaseDuration must be greater than renewDeadline", config_error);
}

TEST_CASE("leader: those who write learn at once that it leads, and that it does no more") {
  leading_writer e;
  CHECK_FALSE(e.lead.fresh(e.time.now()));
  std::optional<election_end> end;
  boost::asio::co_spawn(e.io, e.first.run(), [&](std::exception_ptr, election_end how) { end = how; });
  e.time.settle();
  CHECK(e.lead.fresh(e.time.now()));
  for (int i = 0; i < 100; ++i) {
    e.time.advance(1s);
    CHECK(e.lead.fresh(e.time.now() + 7s));
    CHECK_FALSE(e.lead.fresh(e.time.now() + 10s));
  }
  // While the server is away it ends by itself, before anybody says so.
  e.down = true;
  e.time.advance(8s);
  CHECK(e.lead.fresh(e.time.now()));
  CHECK(e.first.is_leader());
  e.time.advance(2s);
  CHECK_FALSE(e.lead.fresh(e.time.now()));
  e.time.advance(3s);
  CHECK(end == election_end::lost);
  CHECK_FALSE(e.lead.fresh(clock::time_point::min()));
}

TEST_CASE("leader: one that gives its lease back writes nothing more") {
  leading_writer e;
  boost::asio::co_spawn(e.io, e.first.run(), [](std::exception_ptr, election_end) {});
  e.time.advance(10s);
  CHECK(e.lead.fresh(e.time.now()));
  bool fresh_when_sent = true;
  e.api.answer = [&](const std::string& what, const std::string& body) {
    fresh_when_sent = e.lead.fresh(e.time.now());
    return e.serve(what, body);
  };
  e.first.stop();
  e.time.settle();
  CHECK(e.stored->holder_identity.empty());
  CHECK_FALSE(fresh_when_sent);
  CHECK_FALSE(e.lead.fresh(e.time.now()));
}
