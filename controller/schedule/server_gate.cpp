#include "controller/schedule/server_gate.hpp"

namespace berth::controller {

namespace {

using k8s::errc;

/// Any answer of the server itself will do, also one that forbids us this path: then it is there to be asked. One that
/// does not know us, or has too much to do, would not take a binding either.
bool answered(const k8s::result<std::string>& r) {
  if (r) return true;
  switch (r.error().code) {
    case errc::unreachable:
    case errc::connection_lost:
    case errc::timed_out:
    case errc::tls_failure:
    case errc::server_error:
    case errc::unexpected_answer:
    case errc::unauthorized:
    case errc::too_many_requests:
      return false;
    case errc::ok:
    case errc::malformed:
    case errc::too_large:
    case errc::bad_request:
    case errc::forbidden:
    case errc::not_found:
    case errc::conflict:
    case errc::already_exists:
    case errc::gone:
      return true;
  }
  return true;
}

}  // namespace

server_gate::server_gate(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time,
                         gate_listener& listener, std::uint64_t seed)
    : api_(api),
      clock_(time),
      listener_(listener),
      shut_(std::move(strand), time),
      pause_({.initial = milliseconds(500), .cap = milliseconds(1'500), .jitter = 0.5}, seed) {}

void server_gate::shut() {
  if (!open_) return;
  open_ = false;
  shut_.notify();
}

k8s::task<void> server_gate::run() {
  for (;;) {
    while (open_) co_await shut_.wait_until(never);
    bool was_away = false;
    for (;;) {
      const k8s::request_options options{.lane = k8s::lane::reads, .timeout = seconds(2), .retry = false};
      const k8s::result<std::string> answer = co_await api_.get("/readyz", options);
      if (answered(answer)) break;
      was_away = true;
      co_await clock_.sleep_for(pause_.next(clock_.now()));
    }
    pause_.reset();
    open_ = true;
    listener_.server_answers(was_away);
  }
}

}  // namespace berth::controller
