#include "controller/events/event_recorder.hpp"

#include "k8s/codec/encode.hpp"
#include "k8s/text/ascii.hpp"

#include <algorithm>

namespace berth::controller {

namespace {

using k8s::errc;
using outcome = event_series::outcome;

constexpr seconds write_timeout{10};
constexpr seconds ask_again{5};

std::string collection_path(const std::string& ns, k8s::event_api form) {
  return (form == k8s::event_api::events_v1 ? "/apis/events.k8s.io/v1/namespaces/" : "/api/v1/namespaces/") +
         k8s::percent_encoded(ns) + "/events";
}

outcome outcome_of(const k8s::result<std::string>& answer, bool create) {
  if (answer) return outcome::done;
  switch (answer.error().code) {
    case errc::already_exists:
      return outcome::there;
    case errc::not_found:
      return create ? outcome::refused : outcome::missing;
    case errc::unreachable:
    case errc::connection_lost:
    case errc::timed_out:
    case errc::tls_failure:
    case errc::server_error:
    case errc::too_many_requests:
    case errc::unauthorized:
    case errc::conflict:
    case errc::malformed:
    case errc::unexpected_answer:
      return outcome::retry;
    case errc::ok:
    case errc::too_large:
    case errc::bad_request:
    case errc::forbidden:
    case errc::gone:
      return outcome::refused;
  }
  return outcome::refused;
}

}  // namespace

event_recorder::event_recorder(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time,
                               event_recorder_settings settings, event_listener& listener)
    : api_(api),
      clock_(time),
      settings_(settings),
      listener_(listener),
      series_(settings.series),
      jobs_(strand),
      due_(strand, time),
      written_(strand, time) {}

void event_recorder::record(const k8s::object_reference& about, const event_kind& kind, const event_reporter& by,
                            std::string note, std::optional<k8s::object_reference> related) {
  if (!series_.record(about, kind, by, std::move(note), clock_.now(), clock_.wall(), std::move(related)))
    return listener_.event_ended("discarded");
  due_.notify();
}

void event_recorder::start(task_group& tasks) {
  tasks.spawn("events", dispatch());
  for (std::size_t i = 0; i < settings_.lanes; ++i) tasks.spawn("write events", lane());
}

k8s::task<void> event_recorder::dispatch() {
  while (series_.next_due() == never) co_await due_.wait_until(never);
  co_await find_api();
  for (;;) {
    hand_out();
    co_await due_.wait_until(busy_ < settings_.lanes ? series_.next_due() : never);
  }
}

void event_recorder::hand_out() {
  if (!api_known_) return;
  while (busy_ < settings_.lanes) {
    auto next = series_.next(clock_.now());
    if (!next) return;
    ++busy_;
    jobs_.put(std::move(*next));
  }
}

k8s::task<void> event_recorder::find_api() {
  for (;;) {
    const k8s::request_options options{.lane = k8s::lane::events, .timeout = write_timeout};
    const auto answer = co_await api_.get("/apis/events.k8s.io/v1", options);
    if (answer || answer.error().code == errc::forbidden) break;
    if (answer.error().code == errc::not_found) {
      form_ = k8s::event_api::core_v1;
      break;
    }
    co_await clock_.sleep_for(ask_again);
  }
  api_known_ = true;
}

k8s::task<void> event_recorder::lane() {
  for (;;) {
    const event_series::write what = co_await jobs_.take();
    const outcome how = co_await write(what);
    series_.written(what, how, clock_.now());
    --busy_;
    if (how == outcome::done || how == outcome::there) listener_.event_ended("written");
    if (how == outcome::refused) listener_.event_ended("failed");
    hand_out();
    due_.notify();
    written_.notify();
  }
}

k8s::task<outcome> event_recorder::write(const event_series::write& what) {
  std::string path = collection_path(what.event.key.namespace_, form_);
  const k8s::request_options options{.lane = k8s::lane::events, .timeout = write_timeout, .retry = false};
  if (what.create) {
    std::string body = k8s::encode_event(what.event, form_);
    const auto answer = co_await api_.create(std::move(path), std::move(body), options);
    co_return outcome_of(answer, true);
  }
  path += "/" + k8s::percent_encoded(what.event.key.name);
  std::string body = k8s::encode_event_repeat(what.event, form_);
  const auto answer = co_await api_.patch(std::move(path), k8s::patch_type::strategic_merge, std::move(body), options);
  co_return outcome_of(answer, false);
}

k8s::task<void> event_recorder::flush(instant deadline) {
  series_.flush();
  due_.notify();
  while (series_.waiting() > 0 && clock_.now() < deadline) co_await written_.wait_until(deadline);
}

}  // namespace berth::controller
