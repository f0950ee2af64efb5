#include "controller/runtime/work_queue.hpp"

#include <algorithm>

namespace berth::controller {

void work_queue::add(const std::string& key, instant now) {
  const auto failed = failures_.find(key);
  if (failed != failures_.end() && pausing_.contains({failed->second.until, key})) return;  // it comes back anyway
  put(key, now);
}

void work_queue::put(const std::string& key, instant since) {
  if (!waiting_.emplace(key, since).second) return;
  if (observer_ != nullptr) observer_->added();
  if (!taken_.contains(key)) ready_.push_back(key);
}

void work_queue::end_pauses(instant now) {
  while (!pausing_.empty() && pausing_.begin()->first <= now) {
    const auto [until, key] = *pausing_.begin();
    pausing_.erase(pausing_.begin());
    put(key, until);
  }
}

std::optional<std::string> work_queue::take(instant now) {
  end_pauses(now);
  if (ready_.empty()) return std::nullopt;
  std::string key = std::move(ready_.front());
  ready_.pop_front();
  const auto waited = waiting_.find(key);
  if (observer_ != nullptr) observer_->taken(now - waited->second);
  waiting_.erase(waited);
  taken_.emplace(key, now);
  return key;
}

void work_queue::no_longer_taken(const std::string& key, instant now) {
  const auto there = taken_.find(key);
  if (there == taken_.end()) return;
  if (observer_ != nullptr) observer_->worked(now - there->second);
  taken_.erase(there);
}

void work_queue::done(const std::string& key, instant now) {
  no_longer_taken(key, now);
  failures_.erase(key);
  if (waiting_.contains(key)) ready_.push_back(key);
}

void work_queue::failed(const std::string& key, instant now) {
  no_longer_taken(key, now);
  if (observer_ != nullptr) observer_->retried();
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

work_queue::figures work_queue::stand(instant now) {
  end_pauses(now);
  figures out{.depth = waiting_.size()};
  for (const auto& [key, since] : taken_) {
    out.unfinished += now - since;
    out.longest = std::max(out.longest, now - since);
  }
  return out;
}

}  // namespace berth::controller
