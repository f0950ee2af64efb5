#include "controller/serving/body_ledger.hpp"

#include <utility>

namespace berth::controller {

body_ledger::share::share(body_ledger& of, std::function<void()> give_up) : of_(of), give_up_(std::move(give_up)) {
  const std::lock_guard hold(of_.lock_);
  here_ = of_.all_.insert(of_.all_.end(), this);
}

body_ledger::share::~share() {
  const std::lock_guard hold(of_.lock_);
  of_.total_ -= bytes_;
  of_.all_.erase(here_);
}

double body_ledger::share::bytes_per_second(std::chrono::steady_clock::time_point now) const {
  const std::chrono::duration<double> lasted = now - begun_;
  return static_cast<double>(bytes_) / (lasted.count() + 0.001);
}

bool body_ledger::share::grow_to(std::size_t bytes) {
  const std::lock_guard hold(of_.lock_);
  if (given_up_) return false;
  of_.total_ += bytes - bytes_;
  bytes_ = bytes;
  const auto now = std::chrono::steady_clock::now();
  while (of_.total_ > of_.most_bytes_) {
    share* slowest = this;
    for (share* one : of_.all_)
      if (one->reading_ && !one->given_up_ && one->bytes_per_second(now) < slowest->bytes_per_second(now))
        slowest = one;
    if (slowest == this) return false;
    slowest->given_up_ = true;
    of_.total_ -= std::exchange(slowest->bytes_, 0);
    slowest->give_up_();
  }
  return true;
}

void body_ledger::share::complete() {
  const std::lock_guard hold(of_.lock_);
  reading_ = false;
}

}  // namespace berth::controller
