#include "controller/bind/pre_bind_waits.hpp"

#include "controller/bind/storage_writer.hpp"

#include <algorithm>
#include <utility>

namespace berth::controller {

pre_bind_waits::pre_bind_waits(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time,
                               pre_bind_listener& listener)
    : api_(api), clock_(time), listener_(listener), jobs_(strand), wake_(strand, time) {}

void pre_bind_waits::start(task_group& tasks) {
  for (std::size_t i = 0; i < write_lanes; ++i) tasks.spawn("write volumes and claims", write());
  tasks.spawn("wait for volumes", run());
}

void pre_bind_waits::hold(attempt_ptr attempt, scoring::pre_bind_result answer) {
  const std::string uid = attempt->pod().uid;
  waiting& w = pods_.insert_or_assign(uid, waiting{std::move(attempt), ++last_ticket_, false, never, {}}).first->second;
  settle_in(w, std::move(answer));
}

void pre_bind_waits::settle_in(waiting& w, scoring::pre_bind_result answer) {
  w.attempt->pre_bind_plugin = std::move(answer.what.plugin);
  w.writing = !answer.writes.empty();
  if (w.writing) return jobs_.put({w.attempt->pod().uid, w.ticket, std::move(answer.writes)});
  // The time runs from the first time that there was nothing to do but wait.
  if (w.until == never) w.until = clock_.now() + answer.at_most;
  w.late = std::move(answer.late);
  wake_.notify();
}

void pre_bind_waits::changed() {
  if (pods_.empty()) return;
  changed_ = true;
  wake_.notify();
}

attempt_ptr pre_bind_waits::take(const std::string& uid) {
  const auto there = pods_.find(uid);
  if (there == pods_.end()) return nullptr;
  attempt_ptr attempt = std::move(there->second.attempt);
  pods_.erase(there);
  return attempt;
}

std::vector<attempt_ptr> pre_bind_waits::close() {
  std::vector<attempt_ptr> all;
  for (auto& [uid, w] : pods_) all.push_back(std::move(w.attempt));
  pods_.clear();
  return all;
}

void pre_bind_waits::ask(const std::string& uid, std::vector<scoring::write_reply> replies) {
  const auto there = pods_.find(uid);
  if (there == pods_.end()) return;
  scoring::pre_bind_result answer = there->second.attempt->placed->pre_bind(std::move(replies));
  if (answer.what.what == scoring::code::wait) return settle_in(there->second, std::move(answer));
  attempt_ptr attempt = take(uid);
  if (answer.what.is_ok()) return listener_.pre_bound(std::move(attempt));
  listener_.not_pre_bound(std::move(attempt), std::move(answer.what));
}

pre_bind_waits::waiting* pre_bind_waits::wait_of(const job& j) {
  const auto there = pods_.find(j.uid);
  return there == pods_.end() || there->second.ticket != j.ticket ? nullptr : &there->second;
}

k8s::task<void> pre_bind_waits::write() {
  for (;;) {
    job next = co_await jobs_.take();
    std::vector<scoring::write_reply> replies;
    for (scoring::storage_write& one : next.writes) {
      // A pod that was deleted or evicted meanwhile binds no further volume.
      if (wait_of(next) == nullptr) break;
      replies.push_back(co_await write_storage(api_, std::move(one)));
      if (!replies.back().error.empty()) break;
    }
    waiting* const w = wait_of(next);
    if (w == nullptr) continue;
    w->writing = false;
    ask(next.uid, std::move(replies));
  }
}

k8s::task<void> pre_bind_waits::run() {
  for (;;) {
    instant next = never;
    for (const auto& [uid, w] : pods_)
      if (!w.writing) next = std::min(next, w.until);
    if (!changed_ && next > clock_.now()) {
      co_await wake_.wait_until(next);
      continue;
    }
    const bool ask_all = std::exchange(changed_, false);
    std::vector<std::string> uids;
    for (const auto& [uid, w] : pods_)
      if (!w.writing && (ask_all || w.until <= clock_.now())) uids.push_back(uid);
    for (const std::string& uid : uids) {
      if (ask_all) ask(uid, {});
      const auto there = pods_.find(uid);
      if (there == pods_.end() || there->second.writing || there->second.until > clock_.now()) continue;
      scoring::status late = std::move(there->second.late);
      listener_.not_pre_bound(take(uid), std::move(late));
    }
  }
}

}  // namespace berth::controller
