#include "k8s/watch/reflector_step.hpp"

#include "k8s/out_of_order.hpp"

#include <algorithm>
#include <utility>

namespace berth::k8s {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t page_size = 500;
/// A server may answer with a page that a selector left empty, but not for ever.
constexpr std::size_t max_empty_pages = 100;
constexpr auto short_watch = 1s;
constexpr auto min_watch_timeout = 300s;
constexpr std::chrono::milliseconds try_interval = 4s;
constexpr double try_jitter = 0.1;
constexpr std::chrono::milliseconds recovery_interval = 500ms;
constexpr double recovery_jitter = 2.0;
constexpr auto recovery = 30s;
/// Lists that take the place of watches that are refused come no faster than upstream's for so long.
constexpr auto refused_lately = 30s;
/// A request that hangs ends so soon; now and then a server that is only slow has more time.
constexpr auto check_timeout = 3s;
constexpr auto slow_check_timeout = 10s;
constexpr std::size_t slow_check_every = 20;
constexpr auto relist_jitter = 250ms;
constexpr auto relist_interval = 10s;

/// Here a 403 may end as any outage does: rights are granted.
bool is_an_outage(errc code) { return out_of_order(code) || code == errc::forbidden; }

/// Whether the failure to open or hold a watch leaves its version as good as before.
bool says_nothing_of_the_version(errc code) { return is_an_outage(code) && code != errc::unexpected_answer; }

}  // namespace

bool version_is_gone(const error& why) { return why.code == errc::gone; }

bool version_is_of_the_future(const error& why) {
  return why.code == errc::server_error && why.detail.find("Too large resource version") != std::string::npos;
}

reflector_step::reflector_step(std::uint64_t seed) : backoff_({}, seed) {}

reflector_action reflector_step::start() { return list_anew({}); }

reflector_action reflector_step::list_anew(wait first) {
  reflector_action next{.what = reflector_action::kind::list,
                        .after = first.after,
                        .until_well = first.until_well,
                        .version = {},
                        .limit = 0,
                        .continue_token = {}};
  next.version = version_unavailable_ ? "" : version_.empty() ? "0" : version_;
  // At a version of our own the watch cache answers, but only where no limit is asked for. At "0" it ignores the limit.
  const bool own_version = !next.version.empty() && next.version != "0";
  if (pages_always_ || !own_version) next.limit = page_size;
  asked_ = next;
  first_version_.clear();
  empty_pages_ = 0;
  return next;
}

reflector_action reflector_step::list_newest(wait first) {
  version_unavailable_ = true;
  retried_at_once_ = true;
  return list_anew(first);
}

reflector_action reflector_step::watch_on(wait first) {
  if (check_first_)
    return {.what = reflector_action::kind::check,
            .after = first.after,
            .until_well = first.until_well,
            .version = {},
            .limit = 1,
            .continue_token = {},
            .watch_timeout = 0s,
            .check_timeout = (checks_timed_out_ + 1) % slow_check_every == 0 ? slow_check_timeout : check_timeout};
  const auto extra = std::chrono::seconds(static_cast<std::int64_t>(backoff_.random().fraction() * 300));
  return {.what = reflector_action::kind::watch,
          .after = first.after,
          .until_well = first.until_well,
          .version = version_,
          .limit = 0,
          .continue_token = {},
          .watch_timeout = min_watch_timeout + extra};
}

reflector_action reflector_step::listed(const list_head& head, std::size_t items, time_point now) {
  outage_since_.reset();
  check_first_ = false;
  if (first_version_.empty()) first_version_ = head.resource_version;
  empty_pages_ = items == 0 ? empty_pages_ + 1 : 0;
  if (!head.continue_token.empty()) {
    if (empty_pages_ > max_empty_pages || head.continue_token == asked_.continue_token)
      return list_anew({backoff_.next(now)});
    if (asked_.version == "0") pages_always_ = true;
    asked_.continue_token = head.continue_token;
    asked_.after = 0ms;
    asked_.until_well = false;
    return asked_;
  }
  listed_at_ = now;
  version_ = first_version_;
  version_unavailable_ = false;
  retried_at_once_ = false;
  return watch_on({});
}

reflector_action reflector_step::list_failed(const error& why, time_point now) {
  const bool gone = version_is_gone(why);
  if (gone && !asked_.continue_token.empty()) {
    // The snapshot that the pages were cut from was compacted away meanwhile: all at once, then.
    asked_.continue_token.clear();
    asked_.limit = 0;
    asked_.after = 0ms;
    first_version_.clear();
    return asked_;
  }
  if (gone || version_is_of_the_future(why)) {
    version_unavailable_ = true;
    if (!std::exchange(retried_at_once_, true)) return list_anew({});
  }
  // Too long for one answer, perhaps: a list of the newest comes in pages.
  if (why.code == errc::timed_out) version_unavailable_ = true;
  retried_at_once_ = false;
  return list_anew(pause(why, now));
}

reflector_action reflector_step::checked(const result<list_head>& answer, time_point now) {
  const bool slow = !answer && answer.error().code == errc::timed_out;
  checks_timed_out_ = slow ? checks_timed_out_ + 1 : 0;
  if (!answer) return watch_on(pause(answer.error(), now));
  check_first_ = false;
  if (older(answer->resource_version, version_)) return list_newest({});
  return watch_on({});
}

reflector_action reflector_step::watch_was_silent(const watch_progress& progress) {
  version_ = progress.version();
  check_first_ = true;
  return progress.backwards() ? list_newest({}) : watch_on({});
}

reflector_action reflector_step::watch_missed_something() { return list_newest({}); }

reflector_action reflector_step::watch_ended(const result<void>& how, const watch_progress& progress,
                                             std::chrono::steady_clock::duration lasted, time_point now) {
  version_ = progress.version();
  if (progress.understood() > 0) outage_since_.reset();
  if (progress.backwards()) {
    const auto last = std::exchange(went_back_at_, now);
    return list_newest(last && now - *last < relist_interval ? wait{backoff_.next(now)} : wait{});
  }
  const auto& event = progress.error_event();
  const bool gone = event ? version_is_gone(*event) : !how && version_is_gone(how.error());
  if (gone && now - listed_at_ >= relist_interval)
    return list_anew({std::chrono::milliseconds(
        static_cast<std::int64_t>(backoff_.random().fraction() * static_cast<double>(relist_jitter.count())))});
  if (event) {
    const wait first = pause(*event, now);
    return event->code == errc::too_many_requests ? watch_on(first) : list_anew(first);
  }
  const bool fruitless = progress.understood() == 0 && (lasted < short_watch || progress.nothing_but_malformed());
  if (how) {
    if (!fruitless) return watch_on({});
    return list_anew({backoff_.next(now)});
  }
  const errc code = how.error().code;
  // A connection that breaks is the usual end of a watch.
  if (!fruitless && (code == errc::connection_lost || code == errc::timed_out)) {
    check_first_ = true;
    return watch_on({});
  }
  // Where lists are allowed and watches are not, lists are all there is: they are dear, so no faster than upstream's.
  const bool refused = code == errc::forbidden || code == errc::unauthorized;
  if (refused && now - listed_at_ < refused_lately) return list_anew({backoff_.next(now)});
  const wait first = pause(how.error(), now);
  if (refused || !says_nothing_of_the_version(code)) return list_anew(first);
  check_first_ = true;
  return watch_on(first);
}

reflector_step::wait reflector_step::pause(const error& why, time_point now) {
  const std::chrono::milliseconds asked(std::chrono::seconds(std::max(why.retry_after_seconds, 0)));
  const auto no_sooner = [&](std::chrono::milliseconds own) {
    return std::max(own, std::min<std::chrono::milliseconds>(asked, 60s));
  };
  if (is_an_outage(why.code)) {
    const bool begins = !outage_since_;
    if (begins) outage_since_ = now;
    recovered_by_ = now + recovery;
    if (woken_at_ && now - *woken_at_ < try_interval) return {no_sooner(backoff_.next(now))};
    // What timed out has waited for most of the interval already.
    const std::chrono::milliseconds own =
        begins ? std::chrono::milliseconds(static_cast<std::int64_t>(backoff_.random().fraction() *
                                                                     static_cast<double>(try_interval.count())))
        : why.code == errc::timed_out ? backoff_.random().jittered(try_interval / 4, 1)
                                      : backoff_.random().jittered(try_interval, try_jitter);
    return {no_sooner(own), asked == 0ms};
  }
  if (now < recovered_by_) return {no_sooner(backoff_.random().jittered(recovery_interval, recovery_jitter))};
  return {no_sooner(backoff_.next(now))};
}

}  // namespace berth::k8s
