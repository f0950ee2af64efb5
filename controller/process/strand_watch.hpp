#pragma once

#include "controller/runtime/clock.hpp"
#include "controller/runtime/log.hpp"
#include "k8s/client.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <memory>

/// Whether a strand moves: it is asked every few seconds, from elsewhere, and a call that does not come through says
/// for how long something has held the strand up (a plugin that does not return, a decision over a very large cluster).
///
/// `run` belongs on another executor than the strand it watches; `stuck_for` may be asked from any thread. What is
/// passed by reference outlives this; the call that is under way does not need this any more.
namespace berth::controller {

class strand_watch {
 public:
  strand_watch(boost::asio::any_io_executor watched, alarm_clock& time, const log& out)
      : watched_(std::move(watched)), clock_(time), log_(out) {}

  /// Runs until cancelled.
  k8s::task<void> run();
  /// Since when at the latest the strand has not come to what it was asked; zero while it moves.
  duration stuck_for(instant now) const;

 private:
  void look();

  boost::asio::any_io_executor watched_;
  alarm_clock& clock_;
  const log& log_;
  std::shared_ptr<std::atomic<bool>> unanswered_ = std::make_shared<std::atomic<bool>>(false);
  std::atomic<instant::rep> asked_at_{0};
  bool told_ = false;
};

}  // namespace berth::controller
