#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>

/// The time, passed in: what waits or measures takes a clock, so that tests run on one of their own.
///
/// `now` is for measuring and for deadlines, `wall` for what is written into objects and compared with certificates.
/// Step functions take neither: they are given a `time_point`.
namespace berth::k8s {

class clock {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::steady_clock::duration;
  using wall_time = std::chrono::sys_time<std::chrono::microseconds>;

  virtual ~clock() = default;
  /// May be called from any thread.
  virtual time_point now() const = 0;
  virtual wall_time wall() const = 0;
  /// Returns on the caller's executor, at `when` or at once if that has passed. A cancelled wait throws
  /// operation_aborted.
  virtual boost::asio::awaitable<void> sleep_until(time_point when) = 0;

  boost::asio::awaitable<void> sleep_for(duration how_long) { return sleep_until(now() + how_long); }
};

/// The machine's own clocks.
class system_clock final : public clock {
 public:
  time_point now() const override;
  wall_time wall() const override;
  boost::asio::awaitable<void> sleep_until(time_point when) override;
};

}  // namespace berth::k8s
