#include "test/k8s/watch/reflector_steps.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace berth::test::reflector_steps;

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

TEST_CASE(
    "reflector: a watch that brought nothing but what cannot be read backs off and lists anew, however long it took") {
  for (const auto lasted : {10ms, 999ms, 300'000ms}) {
    watching w;
    auto least = 800ms;
    for (int times = 0; times < 8; ++times, least = std::min<std::chrono::milliseconds>(least * 2, 30s)) {
      w.progress->saw_malformed();
      w.progress->saw_malformed();
      CHECK(w.ended(well, lasted, start + 1min + times * 50ms).what == kind::list);
      CHECK(w.action.after >= least);
      CHECK(w.action.after <= 2 * least);
      w.action = w.step.listed(page("5"), 1, start + 1min + times * 50ms);
      w.progress.emplace(w.action.version);
    }
    w.progress->saw_malformed();
    w.progress->saw_bookmark("9");
    CHECK(w.ended(well, lasted, start + 2min).what == kind::watch);
    CHECK(w.action.after == 0ms);
  }
}

TEST_CASE("reflector: a connection lost within a second without an event backs off and keeps its version") {
  watching w;
  CHECK(w.ended(fault(errc::connection_lost), 10ms).what == kind::check);
  CHECK(w.step.checked(page("5"), start + 1h).version == "5");
  CHECK(w.action.until_well);
}

TEST_CASE("reflector: what says nothing of the version keeps it, and is followed by a check, and then by a watch") {
  for (const auto code : {errc::unreachable, errc::connection_lost, errc::timed_out, errc::too_many_requests,
                          errc::server_error, errc::tls_failure}) {
    CAPTURE(name_of(code));
    watching w;
    CHECK(w.ended(fault(code), 20ms).what == kind::check);
    CHECK(w.action.limit == 1);
    CHECK(w.action.version.empty());
    CHECK(w.action.after < 4s);
    const auto again = w.step.checked(fault(code), start + 1h);
    CHECK(again.what == kind::check);
    CHECK(again.after >= 1s);
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
    CHECK(w.action.after < 4s);
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

TEST_CASE("reflector: a server that is out of order is tried every 4 s, or when another finds it well") {
  for (const auto code : {errc::unreachable, errc::connection_lost, errc::timed_out, errc::too_many_requests,
                          errc::server_error, errc::tls_failure}) {
    CAPTURE(name_of(code));
    watching w;
    auto now = start + 1h;
    CHECK_FALSE(w.step.in_outage());
    CHECK(w.ended(fault(code), 1ms, now).until_well);
    for (int i = 0; i < 200; ++i) {
      const auto next = w.step.checked(fault(code), now);
      CHECK(next.what == kind::check);
      CHECK(next.until_well);
      // One that timed out took 3 s and more itself.
      CHECK(next.after >= (code == errc::timed_out ? 1s : 4s));
      CHECK(next.after < (code == errc::timed_out ? 2000ms : 4400ms));
      now += next.after;
    }
    CHECK(w.step.in_outage());
    CHECK(w.step.checked(page("5"), now).what == kind::watch);
  }
}

TEST_CASE("reflector: many that lose the server at once first ask again at different moments of 4 s") {
  std::size_t quarters[4] = {};
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    watching w(seed);
    const auto after = w.ended(fault(errc::unreachable), 1ms).after;
    REQUIRE(after < 4s);
    ++quarters[after / 1s];
  }
  for (const std::size_t n : quarters) CHECK(n >= 10);
}

TEST_CASE("reflector: who was asked to wait is not woken by others") {
  watching w;
  CHECK_FALSE(w.ended(fault(errc::too_many_requests, "", 20), 20ms).until_well);
}

TEST_CASE("reflector: who was woken and fails again waits ever longer: lists may be answered where watches are not") {
  watching w;
  auto now = start + 1h;
  CHECK(w.ended(fault(errc::unreachable), 1ms, now).until_well);
  std::size_t tries = 0;
  for (const auto begun = now; now < begun + 5min; ++tries) {
    w.action = w.step.checked(page("5"), now);
    REQUIRE(w.action.what == kind::watch);
    w.ended(fault(errc::unreachable), 1ms, now);
    if (!w.action.until_well) now += w.action.after;
    if (w.action.until_well) w.step.woken(now);  // others' lists are answered all the time
  }
  CHECK(tries < 40);
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
  CHECK_FALSE(w.step.in_outage());
  CHECK(w.ended(fault(errc::unreachable), 1ms, now + 33s).after < 4s);
}

TEST_CASE("reflector: a bookmark of version 0 says nothing of the history") {
  watching w;
  w.progress->saw_bookmark("0");
  CHECK_FALSE(w.progress->backwards());
  CHECK(w.ended().what == kind::watch);
  CHECK(w.action.version == "5");
}

TEST_CASE("reflector: a server whose watches go back again and again is listed anew ever more rarely") {
  watching w;
  auto now = start + 1h;
  const auto goes_back = [&] {
    w.progress->saw_bookmark("4");
    return w.ended(well, 5min, now);
  };
  CHECK(goes_back().after == 0ms);
  for (const auto least : {800ms, 1600ms, 3200ms, 6400ms}) {
    w.step.listed(page("5"), 1, now);
    w.progress.emplace("5");
    CHECK(goes_back().what == kind::list);
    CHECK(w.action.after >= least);
    now += 1s;
  }
  now += 1min;
  w.step.listed(page("5"), 1, now);
  w.progress.emplace("5");
  CHECK(goes_back().after == 0ms);
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
