#include "controller/bind/permit_waits.hpp"

#include <algorithm>

namespace berth::controller {

namespace {

/// Upstream: framework/runtime, maxTimeout.
constexpr duration max_wait = minutes(15);

}  // namespace

void permit_waits::add(attempt_ptr attempt, const placement::waits& waits, instant now) {
  waiting w{std::move(attempt), {}, now, ++last_ticket_};
  for (const auto& each : waits) w.waits.push_back({each.plugin, now + std::min<duration>(each.timeout, max_wait)});
  const std::string uid = w.attempt->pod().uid;
  pods_.insert_or_assign(uid, std::move(w));
}

std::uint64_t permit_waits::ticket(const std::string& uid) const {
  const auto there = pods_.find(uid);
  return there == pods_.end() ? 0 : there->second.ticket;
}

attempt_ptr permit_waits::allow(const std::string& uid, std::string_view plugin) {
  const auto there = pods_.find(uid);
  if (there == pods_.end()) return nullptr;
  std::erase_if(there->second.waits, [&](const wait& w) { return w.plugin == plugin; });
  return there->second.waits.empty() ? take(uid) : nullptr;
}

attempt_ptr permit_waits::take(const std::string& uid) {
  auto node = pods_.extract(uid);
  return node ? std::move(node.mapped().attempt) : nullptr;
}

std::vector<permit_waits::expired> permit_waits::expire(instant now) {
  std::vector<expired> out;
  for (auto it = pods_.begin(); it != pods_.end();) {
    waiting& w = it->second;
    const auto first = std::min_element(w.waits.begin(), w.waits.end(),
                                        [](const wait& a, const wait& b) { return a.until < b.until; });
    if (first == w.waits.end() || first->until > now) {
      ++it;
      continue;
    }
    out.push_back({std::move(w.attempt), first->plugin, first->until - w.since});
    it = pods_.erase(it);
  }
  return out;
}

instant permit_waits::next_expiry() const {
  instant next = never;
  for (const auto& [uid, w] : pods_)
    for (const wait& each : w.waits) next = std::min(next, each.until);
  return next;
}

std::vector<attempt_ptr> permit_waits::take_all() {
  std::vector<attempt_ptr> out;
  for (auto& [uid, w] : pods_) out.push_back(std::move(w.attempt));
  pods_.clear();
  return out;
}

}  // namespace berth::controller
