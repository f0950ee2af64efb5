#include "controller/bind/permits.hpp"

#include "controller/runtime/go_duration.hpp"

#include <algorithm>
#include <utility>

namespace berth::controller {

permits::permits(boost::asio::any_io_executor strand, alarm_clock& time, const log& out, permit_listener& listener)
    : clock_(time), log_(out), listener_(listener), changed_(std::move(strand), time) {}

void permits::start(task_group& tasks) { tasks.spawn("end waits on permit", run()); }

void permits::hold(attempt_ptr attempt, const placement::waits& for_whom) {
  waits_.add(std::move(attempt), for_whom, clock_.now());
  changed_.notify();
}

void permits::allow(const std::string& uid, std::string_view plugin) {
  if (attempt_ptr free = waits_.allow(uid, plugin)) listener_.permitted(std::move(free), plugin);
}

void permits::reject(const std::string& uid, std::string_view plugin, std::string message) {
  if (attempt_ptr held = waits_.take(uid)) reject(std::move(held), plugin, std::move(message));
}

void permits::reject(attempt_ptr attempt, std::string_view plugin, std::string message) {
  scoring::status why = scoring::status::refuse(std::move(message));
  why.plugin = plugin;
  listener_.not_permitted(std::move(attempt), std::move(why));
}

std::vector<attempt_ptr> permits::close() {
  orders_.clear();
  return waits_.take_all();
}

void permits::order(permit_order asked, duration after) {
  asked.ticket = waits_.ticket(asked.uid);
  if (after <= duration::zero()) return carry_out(std::move(asked));
  const std::string uid = asked.uid;
  if (!orders_.add(std::move(asked), clock_.now() + after))
    log_.warning("Too many orders about pods that wait on permit; dropped one", {{"uid", uid}});
  changed_.notify();
}

void permits::carry_out(permit_order asked) {
  const std::uint64_t now_on = waits_.ticket(asked.uid);
  if (now_on == 0 || (asked.ticket != 0 && asked.ticket != now_on)) return;
  if (asked.refusal) return reject(asked.uid, asked.plugin, std::move(*asked.refusal));
  allow(asked.uid, asked.plugin);
}

k8s::task<void> permits::run() {
  for (;;) {
    co_await changed_.wait_until(std::min(waits_.next_expiry(), orders_.next()));
    // Orders first: let go after 10 s of 10 s is let go.
    while (auto due = orders_.take_due(clock_.now())) carry_out(std::move(*due));
    for (permit_waits::expired& e : waits_.expire(clock_.now()))
      reject(std::move(e.attempt), e.plugin,
             "rejected due to timeout after waiting " + go_duration(e.after) + " at plugin " + e.plugin);
  }
}

}  // namespace berth::controller
