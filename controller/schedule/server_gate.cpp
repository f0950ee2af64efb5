#include "controller/schedule/server_gate.hpp"

#include "k8s/out_of_order.hpp"

#include <utility>

namespace berth::controller {

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

void server_gate::answered() {
  doubted_ = false;
  pause_.reset();
}

k8s::task<void> server_gate::run() {
  for (;;) {
    while (open_) co_await shut_.wait_until(never);
    if (std::exchange(doubted_, true)) co_await clock_.sleep_for(pause_.next(clock_.now()));
    bool was_away = false;
    for (;;) {
      const k8s::request_options options{.lane = k8s::lane::reads, .timeout = seconds(2), .retry = false};
      // Not /readyz: a server that is told to stop fails it at once, and serves on for its --shutdown-delay-duration.
      const k8s::result<std::string> answer = co_await api_.get("/livez", options);
      // Any answer of the server itself will do, also one that forbids us this path: then it is there to be asked.
      if (answer || !k8s::out_of_order(answer.error().code)) break;
      was_away = true;
      co_await clock_.sleep_for(pause_.next(clock_.now()));
    }
    open_ = true;
    listener_.server_answers(was_away);
  }
}

}  // namespace berth::controller
