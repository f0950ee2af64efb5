#include "controller/runtime/work_queue.hpp"

#include <algorithm>

namespace berth::controller {

void work_queue::add(const std::string& key) {
  const auto failed = failures_.find(key);
  if (failed != failures_.end() && pausing_.contains({failed->second.until, key})) return;  // it comes back anyway
  put(key);
}

void work_queue::put(const std::string& key) {
  if (!waiting_.insert(key).second) return;
  if (!taken_.contains(key)) ready_.push_back(key);
}

std::optional<std::string> work_queue::take(instant now) {
  while (!pausing_.empty() && pausing_.begin()->first <= now) {
    const std::string key = pausing_.begin()->second;
    pausing_.erase(pausing_.begin());
    put(key);
  }
  if (ready_.empty()) return std::nullopt;
  std::string key = std::move(ready_.front());
  ready_.pop_front();
  waiting_.erase(key);
  taken_.insert(key);
  return key;
}

void work_queue::done(const std::string& key) {
  taken_.erase(key);
  failures_.erase(key);
  if (waiting_.contains(key)) ready_.push_back(key);
}

void work_queue::failed(const std::string& key, instant now) {
  taken_.erase(key);
  waiting_.erase(key);  // whatever was added meanwhile: it comes back
  pause& p = failures_[key];
  p.last = p.last == duration{} ? first_pause : std::min(p.last * 2, longest_pause);
  p.until = now + p.last;
  pausing_.emplace(p.until, key);
}

instant work_queue::next_due() const {
  if (!ready_.empty()) return instant::min();
  return pausing_.empty() ? never : pausing_.begin()->first;
}

}  // namespace berth::controller
