#pragma once

#include "test/simulation/timeline.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <string>

/// How often one process asks for the same: what asks without pause is found out, whatever it asks for.
namespace berth::simulation {

class rates {
 public:
  static constexpr std::size_t most_in_a_second = 20;
  static constexpr std::size_t most_in_a_minute = 200;

  explicit rates(const timeline& time) : time_(time) {}

  /// False where this was once too often.
  bool count(const std::string& request) {
    std::deque<instant>& times = asked_[request];
    const instant now = time_.now();
    times.push_back(now);
    while (times.front() + std::chrono::minutes(1) <= now) times.pop_front();
    std::size_t lately = 0;
    for (auto t = times.rbegin(); t != times.rend() && *t + std::chrono::seconds(1) > now; ++t) ++lately;
    return lately <= most_in_a_second && times.size() <= most_in_a_minute;
  }

 private:
  const timeline& time_;
  std::map<std::string, std::deque<instant>> asked_;
};

}  // namespace berth::simulation
