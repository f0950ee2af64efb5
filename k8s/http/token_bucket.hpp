#pragma once

#include <algorithm>
#include <chrono>

/// clientConnection.qps and .burst: how long a request waits for its turn. Pure; one strand.
/// Upstream: golang.org/x/time/rate, as client-go's flowcontrol uses it.
namespace berth::k8s {

class token_bucket {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::steady_clock::duration;

  /// `qps` > 0. A burst below 1 counts as 1.
  token_bucket(double qps, int burst, time_point now)
      : qps_(qps), burst_(std::max(burst, 1)), tokens_(burst_), at_(now) {}

  /// Takes a token, perhaps one of the future, and returns how long it takes until then.
  duration take(time_point now) {
    const std::chrono::duration<double> passed = std::max(now - at_, duration::zero());
    tokens_ = std::min(burst_, tokens_ + passed.count() * qps_);
    at_ = std::max(at_, now);
    tokens_ -= 1;
    if (tokens_ >= 0) return duration::zero();
    return std::chrono::duration_cast<duration>(std::chrono::duration<double>(-tokens_ / qps_));
  }

 private:
  double qps_;
  double burst_;
  double tokens_;
  time_point at_;
};

}  // namespace berth::k8s
