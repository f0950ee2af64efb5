#include "test/k8s/watch/reflector_steps.hpp"

#include <doctest/doctest.h>

/// Lists: when all is listed anew, at which version, and in pages.
using namespace berth::test::reflector_steps;

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
  CHECK(again.until_well);
  again = step.list_failed(fault(errc::unreachable), start);
  CHECK(again.version == "0");
  CHECK(again.after >= 4s);
  CHECK(again.until_well);
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
