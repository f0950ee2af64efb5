#include "k8s/watch/reflector_step.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace berth::k8s;
using namespace std::chrono_literals;

namespace {

using kind = reflector_action::kind;
using time_point = reflector_step::time_point;

const time_point start{100h};
const result<void> well{};

list_head page(std::string version, std::string more = "") {
  list_head head;
  head.resource_version = std::move(version);
  head.continue_token = std::move(more);
  return head;
}

error fault(errc code, std::string detail = "", int retry_after_seconds = -1) {
  return {code, std::move(detail), 0, retry_after_seconds};
}

const error gone = fault(errc::gone, "Expired: too old resource version: 5 (9)");

/// A reflector that has listed at version 5 and watches from there.
struct watching {
  explicit watching(std::uint64_t seed = 1) : step(seed) {
    step.start();
    action = step.listed(page("5"), 1, start);
    progress.emplace(action.version);
  }
  reflector_action ended(const result<void>& how = well, std::chrono::steady_clock::duration lasted = 5min,
                         time_point now = start + 1h) {
    action = step.watch_ended(how, *progress, lasted, now);
    progress.emplace(action.version);
    return action;
  }
  reflector_action event_error(error why, time_point now = start + 1h) {
    progress->saw_error(std::move(why));
    return ended(well, 5min, now);
  }

  reflector_step step;
  reflector_action action;
  std::optional<watch_progress> progress;
};

}  // namespace

TEST_CASE("reflector: begins with a list at any version, at once") {
  reflector_step step(1);
  const auto first = step.start();
  CHECK(first.what == kind::list);
  CHECK(first.version == "0");
  CHECK(first.limit == 500);
  CHECK(first.after == 0ms);
}

TEST_CASE("reflector: watches from the version of the list, for 5 to 10 minutes") {
  std::vector<std::chrono::seconds> timeouts;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const watching w(seed);
    CHECK(w.action.what == kind::watch);
    CHECK(w.action.version == "5");
    CHECK(w.action.after == 0ms);
    timeouts.push_back(w.action.watch_timeout);
  }
  const auto [least, most] = std::minmax_element(timeouts.begin(), timeouts.end());
  CHECK(*least >= 300s);
  CHECK(*least < 310s);
  CHECK(*most < 600s);
  CHECK(*most > 590s);
}

TEST_CASE("reflector: a watch that ends is resumed from the last event or bookmark") {
  watching w;
  w.progress->saw_object(true, "7");
  CHECK(w.ended().version == "7");
  CHECK(w.action.what == kind::watch);
  CHECK(w.action.after == 0ms);
  w.progress->saw_bookmark("9");
  CHECK(w.ended().version == "9");
  w.progress->saw_object(false, "12");
  CHECK(w.ended().version == "12");
  CHECK(w.ended().version == "12");
}

TEST_CASE("reflector: a malformed event moves no version") {
  watching w;
  w.progress->saw_object(true, "7");
  w.progress->saw_malformed();
  CHECK(w.ended().version == "7");
}

TEST_CASE(
    "reflector: a connection that breaks is the usual end of a watch: it is resumed once the version is confirmed") {
  for (const auto code : {errc::connection_lost, errc::timed_out}) {
    watching w;
    w.progress->saw_object(true, "7");
    CHECK(w.ended(fault(code)).what == kind::check);
    CHECK(w.action.after == 0ms);
    CHECK(w.step.checked(page("9"), start + 1h).version == "7");
  }
}

TEST_CASE("reflector: a connection that breaks within a second, after an event, is resumed at once too") {
  watching w;
  w.progress->saw_object(true, "7");
  CHECK(w.ended(fault(errc::connection_lost), 10ms).after == 0ms);
}

TEST_CASE("reflector: a watch that ends within a second without an event backs off and lists anew") {
  watching w;
  CHECK(w.ended(well, 999ms).what == kind::list);
  CHECK(w.action.version == "5");
  CHECK(w.action.after >= 800ms);
  CHECK(w.action.after < 1600ms);
  watching v;
  CHECK(v.ended(well, 1s).what == kind::watch);
  CHECK(v.action.after == 0ms);
}

TEST_CASE("reflector: a connection lost within a second without an event backs off and keeps its version") {
  watching w;
  CHECK(w.ended(fault(errc::connection_lost), 10ms).what == kind::check);
  CHECK(w.step.checked(page("5"), start + 1h).version == "5");
  CHECK(w.action.after >= 500ms);
}

TEST_CASE("reflector: what says nothing of the version keeps it, and is followed by a check, and then by a watch") {
  for (const auto code : {errc::unreachable, errc::connection_lost, errc::timed_out, errc::too_many_requests,
                          errc::server_error, errc::tls_failure}) {
    CAPTURE(name_of(code));
    watching w;
    CHECK(w.ended(fault(code), 20ms).what == kind::check);
    CHECK(w.action.limit == 1);
    CHECK(w.action.version.empty());
    CHECK(w.action.after >= 500ms);
    CHECK(w.action.after < 1500ms);
    const auto again = w.step.checked(fault(code), start + 1h);
    CHECK(again.what == kind::check);
    CHECK(again.after >= 500ms);
    const auto resumed = w.step.checked(page("7"), start + 1h);
    CHECK(resumed.what == kind::watch);
    CHECK(resumed.version == "5");
    CHECK(resumed.after == 0ms);
  }
}

TEST_CASE("reflector: a watch that is refused is followed by a list, and where that is allowed, by ever rarer ones") {
  for (const auto code : {errc::unauthorized, errc::forbidden}) {
    CAPTURE(name_of(code));
    watching w;
    CHECK(w.ended(fault(code), 20ms).what == kind::list);
    CHECK(w.action.version == "5");
    CHECK(w.action.after < 1500ms);
    auto now = start + 1h;
    for (const auto least : {800ms, 1600ms, 3200ms}) {
      w.step.listed(page("5"), 1, now);
      CHECK(w.ended(fault(code), 20ms, now).what == kind::list);
      CHECK(w.action.after >= least);
      now += w.action.after;
    }
  }
}

TEST_CASE("reflector: a server that came back with an older history is listed anew, from its newest state") {
  watching w;
  w.progress->saw_object(false, "900");
  w.ended(fault(errc::unreachable), 20ms);
  const auto anew = w.step.checked(page("899"), start + 1h);
  CHECK(anew.what == kind::list);
  CHECK(anew.version.empty());
  CHECK(anew.after == 0ms);
  CHECK(w.step.listed(page("899"), 1, start + 1h).version == "899");
  watching same;
  same.progress->saw_object(false, "900");
  same.ended(fault(errc::unreachable), 20ms);
  CHECK(same.step.checked(page("900"), start + 1h).what == kind::watch);
}

TEST_CASE("reflector: after silence the server is asked for its version, then watched again, or listed") {
  for (const std::string present : {"8", "12", "7"}) {
    CAPTURE(present);
    watching w;
    w.progress->saw_bookmark("8");
    const auto asked = w.step.watch_was_silent(*w.progress);
    CHECK(asked.what == kind::check);
    CHECK(asked.after == 0ms);
    const auto next = w.step.checked(page(present), start + 1h);
    CHECK(next.what == (present == "7" ? kind::list : kind::watch));
    CHECK(next.version == (present == "7" ? "" : "8"));
  }
}

TEST_CASE("reflector: a version on a watch that is older than one before it is another history") {
  for (const bool as_bookmark : {false, true}) {
    watching w;
    w.progress->saw_object(true, "10");
    CHECK_FALSE(w.progress->backwards());
    as_bookmark ? w.progress->saw_bookmark("9") : w.progress->saw_object(false, "9");
    CHECK(w.progress->backwards());
    CHECK(w.ended().what == kind::list);
    CHECK(w.action.version.empty());
    CHECK(w.action.after == 0ms);
  }
  watching first;
  first.progress->saw_object(true, "4");  // the watch began at 5
  CHECK(first.progress->backwards());
}

TEST_CASE("reflector: versions are compared as numbers, and not at all where they are none") {
  CHECK(older("9", "10"));
  CHECK(older("99999999999999999998", "99999999999999999999"));
  CHECK_FALSE(older("10", "10"));
  CHECK_FALSE(older("10", "9"));
  for (const char* odd : {"", "a", "-1", "1a", " 1"}) {
    CHECK_FALSE(older(odd, "10"));
    CHECK_FALSE(older("10", odd));
  }
}

TEST_CASE("reflector: what may be the version's fault is answered by a list at that version, after a pause") {
  for (const auto code : {errc::bad_request, errc::not_found, errc::unexpected_answer, errc::malformed, errc::too_large,
                          errc::conflict}) {
    CAPTURE(name_of(code));
    watching w;
    CHECK(w.ended(fault(code), 20ms).what == kind::list);
    CHECK(w.action.version == "5");
    CHECK(w.action.limit == 0);
    CHECK(w.action.after >= 800ms);
  }
}

TEST_CASE("reflector: failures back off from 0.8 s to 30 s and more, and start anew after two quiet minutes") {
  watching w;
  std::vector<std::chrono::milliseconds> delays;
  auto now = start + 1h;
  for (int i = 0; i < 8; ++i) {
    delays.push_back(w.ended(fault(errc::bad_request), 20ms, now).after);
    now += delays.back();
  }
  const std::chrono::milliseconds least[] = {800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30s, 30s};
  for (std::size_t i = 0; i < delays.size(); ++i) {
    CHECK(delays[i] >= least[i]);
    CHECK(delays[i] < 2 * least[i]);
  }
  CHECK(w.ended(fault(errc::bad_request), 20ms, now + 121s).after < 1600ms);
}

TEST_CASE("reflector: a server that asks for a pause gets it, up to a minute") {
  watching w;
  CHECK(w.ended(fault(errc::too_many_requests, "", 20), 20ms).after == 20s);
  CHECK(w.ended(fault(errc::too_many_requests, "", 100'000), 20ms).after == 60s);
}

TEST_CASE("reflector: a server that is out of order is tried about every second for 30 s, then every 4 s") {
  for (const auto code : {errc::unreachable, errc::connection_lost, errc::timed_out, errc::too_many_requests,
                          errc::server_error, errc::tls_failure}) {
    CAPTURE(name_of(code));
    watching w;
    const auto begun = start + 1h;
    auto now = begun;
    w.ended(fault(code), 1ms, now);
    for (int i = 0; i < 200; ++i) {
      // One that timed out has taken its time already.
      const bool lately = now - begun < 30s || code == errc::timed_out;
      if (code == errc::timed_out && i % 4 == 3) w.step.checked(fault(errc::server_error), now);
      const auto next = w.step.checked(fault(code), now);
      CHECK(next.what == kind::check);
      CHECK(next.after >= (lately ? 500ms : 4s));
      CHECK(next.after < (lately ? 1500ms : 4400ms));
      now += next.after;
    }
    CHECK(w.step.checked(page("5"), now).what == kind::watch);
  }
}

TEST_CASE("reflector: other failures in the first 30 s after an outage are tried again as soon") {
  watching w;
  auto now = start + 1h;
  w.ended(fault(errc::unreachable), 1ms, now);
  for (const auto begun = now; now < begun + 30s; now += w.action.after)
    CHECK(w.ended(fault(errc::bad_request), 1ms, now).after < 1500ms);
  now += 1s;
  w.ended(fault(errc::bad_request), 1ms, now);
  w.ended(fault(errc::bad_request), 1ms, now);
  CHECK(w.action.after >= 1600ms);
}

TEST_CASE("reflector: once all is well again an outage begins anew") {
  watching w;
  auto now = start + 1h;
  w.ended(fault(errc::unreachable), 1ms, now);
  CHECK(w.ended(fault(errc::unreachable), 1ms, now + 31s).after >= 4s);
  w.progress->saw_bookmark("6");
  w.ended(well, 5min, now + 32s);
  CHECK(w.ended(fault(errc::unreachable), 1ms, now + 33s).after < 1500ms);
}

TEST_CASE("reflector: a 410 lists anew at the last version, then at the newest") {
  for (const bool as_event : {false, true}) {
    CAPTURE(as_event);
    watching w;
    w.progress->saw_object(true, "8");
    const auto relist = as_event ? w.event_error(gone) : w.ended(gone, 20ms);
    CHECK(relist.what == kind::list);
    CHECK(relist.version == "8");
    CHECK(relist.limit == 0);
    const auto newest = w.step.list_failed(gone, start + 1h);
    CHECK(newest.what == kind::list);
    CHECK(newest.version.empty());
    CHECK(newest.limit == 500);
    CHECK(newest.after == 0ms);
    CHECK(w.step.listed(page("20"), 1, start + 1h).version == "20");
  }
}

TEST_CASE("reflector: a 410 is answered at once, but not over and over") {
  watching w;
  CHECK(w.event_error(gone, start + 1h).after < 250ms);
  w.step.listed(page("9"), 1, start + 1h);
  CHECK(w.event_error(gone, start + 1h + 5s).after >= 800ms);
  w.step.listed(page("10"), 1, start + 1h + 5s);
  CHECK(w.event_error(gone, start + 1h + 15s).after < 250ms);
}

TEST_CASE("reflector: after a list at the newest version the next list is at a version again") {
  watching w;
  w.event_error(gone);
  w.step.list_failed(gone, start + 1h);
  w.step.listed(page("20"), 1, start + 1h);
  w.progress.emplace("20");
  CHECK(w.ended(fault(errc::bad_request), 20ms).version == "20");
}

TEST_CASE("reflector: a version that the server does not have yet is treated like one it has no longer") {
  watching w;
  w.ended(fault(errc::bad_request), 20ms);
  const auto newest =
      w.step.list_failed(fault(errc::server_error, "Timeout: Too large resource version: 5, current: 1"), start + 1h);
  CHECK(newest.version.empty());
  CHECK(newest.after == 0ms);
}

TEST_CASE("reflector: where the newest cannot be had either, it backs off and goes on asking for the newest") {
  watching w;
  w.event_error(gone);
  w.step.list_failed(gone, start + 1h);
  auto again = w.step.list_failed(gone, start + 1h);
  CHECK(again.version.empty());
  CHECK(again.after >= 800ms);
  again = w.step.list_failed(gone, start + 1h + 1s);
  again = w.step.list_failed(gone, start + 1h + 2s);
  CHECK(again.version.empty());
  CHECK(again.after >= 1600ms);
}

TEST_CASE("reflector: a list that fails is asked for again at the same version") {
  reflector_step step(1);
  step.start();
  auto again = step.list_failed(fault(errc::connection_lost), start);
  CHECK(again.what == kind::list);
  CHECK(again.version == "0");
  CHECK(again.after >= 800ms);
  again = step.list_failed(fault(errc::unreachable), start);
  CHECK(again.after >= 500ms);
  CHECK(again.after < 1500ms);
}

TEST_CASE("reflector: a list that takes too long is asked for in pages, which the watch cache would not give") {
  reflector_step step(1);
  step.start();
  const auto again = step.list_failed(fault(errc::timed_out), start);
  CHECK(again.version.empty());
  CHECK(again.limit > 0);
  step.listed(page("5"), 1, start);
  CHECK(step.watch_ended(gone, watch_progress("5"), 5min, start + 1h).version == "5");
}

TEST_CASE("reflector: a list in pages is read to its end, and its first page's version counts") {
  reflector_step step(1);
  step.start();
  auto next = step.listed(page("5", "token-1"), 1, start);
  CHECK(next.what == kind::list);
  CHECK(next.continue_token == "token-1");
  CHECK(next.limit == 500);
  CHECK(next.after == 0ms);
  next = step.listed(page("5", "token-2"), 1, start);
  CHECK(next.continue_token == "token-2");
  next = step.listed(page("6"), 1, start);
  CHECK(next.what == kind::watch);
  CHECK(next.version == "5");
}

TEST_CASE("reflector: pages without end are given up: empty ones, and a token that comes again") {
  reflector_step step(1);
  step.start();
  for (int i = 0; i < 100; ++i) CHECK(step.listed(page("5", "token-" + std::to_string(i)), 0, start).after == 0ms);
  const auto given_up = step.listed(page("5", "token-x"), 0, start);
  CHECK(given_up.continue_token.empty());
  CHECK(given_up.after >= 800ms);
  step.listed(page("5", "token"), 500, start);
  const auto again = step.listed(page("5", "token"), 500, start);
  CHECK(again.continue_token.empty());
  CHECK(again.after >= 1600ms);
}

TEST_CASE("reflector: pages that expire on the way are followed by one whole list") {
  reflector_step step(1);
  step.start();
  step.listed(page("5", "token"), 1, start);
  const auto whole = step.list_failed(gone, start);
  CHECK(whole.what == kind::list);
  CHECK(whole.continue_token.empty());
  CHECK(whole.limit == 0);
  CHECK(whole.version == "0");
  CHECK(whole.after == 0ms);
  CHECK(step.listed(page("9"), 1, start).version == "9");
}

TEST_CASE("reflector: another failure between pages begins the list anew") {
  reflector_step step(1);
  step.start();
  step.listed(page("5", "token"), 1, start);
  const auto again = step.list_failed(fault(errc::connection_lost), start);
  CHECK(again.continue_token.empty());
  CHECK(again.limit == 500);
  CHECK(again.version == "0");
}

TEST_CASE("reflector: a server without a watch cache is asked in pages at every version") {
  reflector_step step(1);
  step.start();
  step.listed(page("5", "token"), 1, start);
  step.listed(page("5"), 1, start);
  const auto again = step.watch_ended(fault(errc::bad_request), watch_progress("5"), 20ms, start + 1h);
  CHECK(again.version == "5");
  CHECK(again.limit == 500);
}

TEST_CASE("reflector: an ERROR event of 429 keeps the version, any other lists anew") {
  watching w;
  CHECK(w.event_error(fault(errc::too_many_requests)).what == kind::watch);
  CHECK(w.action.after >= 800ms);
  CHECK(w.event_error(fault(errc::server_error)).what == kind::list);
  CHECK(w.action.version == "5");
}

TEST_CASE("reflector: a watch from no version counts versions only after what there was at the beginning") {
  watch_progress progress("");
  progress.saw_object(true, "900");
  progress.saw_object(true, "3");
  CHECK(progress.version().empty());
  progress.saw_bookmark("901");
  CHECK(progress.version() == "901");
  progress.saw_object(true, "902");
  CHECK(progress.version() == "902");
  watch_progress zero("0");
  zero.saw_object(true, "900");
  CHECK(zero.version() == "0");
}

TEST_CASE(
    "reflector: a check that hangs is given up after 3 s, and every twentieth has 10 s, for a server that is slow") {
  watching w;
  auto asked = w.ended(fault(errc::timed_out), 5min);
  for (int i = 1; i <= 60; ++i) {
    CHECK(asked.what == kind::check);
    CHECK(asked.check_timeout == (i % 20 == 0 ? 10s : 3s));
    asked = w.step.checked(fault(errc::timed_out), start + 1h);
  }
}
