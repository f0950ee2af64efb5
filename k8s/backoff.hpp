#pragma once

#include <chrono>
#include <cstdint>

/// Exponential backoff with jitter, as client-go's wait.Backoff: each delay is `base * (1 + random * jitter)`, and the
/// base grows by `factor` up to `cap`. Pure: seeded, and told the time.
namespace berth::k8s {

/// splitmix64: small, seeded, good enough to keep clients from stepping in time. Not for secrets.
class jitter_source {
 public:
  explicit jitter_source(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// In [0, 1).
  double fraction() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// `base * (1 + random * jitter)`.
  template <class Rep, class Period>
  std::chrono::duration<Rep, Period> jittered(std::chrono::duration<Rep, Period> base, double jitter) noexcept {
    const double factor = 1.0 + fraction() * jitter;
    return std::chrono::duration<Rep, Period>(static_cast<Rep>(static_cast<double>(base.count()) * factor));
  }

 private:
  std::uint64_t state_;
};

struct backoff_settings {
  std::chrono::milliseconds initial{800};
  std::chrono::milliseconds cap{30'000};
  double factor = 2.0;
  double jitter = 1.0;
  /// Not asked for so long, it starts anew. Zero: never by itself.
  std::chrono::milliseconds reset_after{120'000};
};

class backoff {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  backoff(backoff_settings settings, std::uint64_t seed)
      : settings_(settings), random_(seed), base_(settings.initial) {}

  /// How long to wait after this failure.
  std::chrono::milliseconds next(time_point now) {
    if (settings_.reset_after.count() > 0 && asked_ && now - last_ >= settings_.reset_after) reset();
    asked_ = true;
    last_ = now;
    const auto delay = random_.jittered(base_, settings_.jitter);
    const auto grown = static_cast<double>(base_.count()) * settings_.factor;
    base_ = grown >= static_cast<double>(settings_.cap.count())
                ? settings_.cap
                : std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(grown));
    return delay;
  }
  void reset() noexcept { base_ = settings_.initial; }

  jitter_source& random() noexcept { return random_; }

 private:
  backoff_settings settings_;
  jitter_source random_;
  std::chrono::milliseconds base_;
  time_point last_{};
  bool asked_ = false;
};

}  // namespace berth::k8s
