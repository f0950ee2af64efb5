#include "controller/schedule/binding_cycle.hpp"

#include "k8s/out_of_order.hpp"

#include <algorithm>

namespace berth::controller {

namespace {

/// A POST that was cut off in the middle may still be carried out after the pod was read; a server drops the request
/// with its connection, so what has not happened by then will not.
constexpr duration settling_time = seconds(1);
constexpr duration longest_pause = seconds(3);

}  // namespace

binding_cycle::binding_cycle(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time, const log& out,
                             placement_desk& desk, const extenders& others, server_gate& gate,
                             binding_listener& listener, std::size_t lanes, const k8s::leadership* lead)
    : api_(api),
      clock_(time),
      log_(out),
      desk_(desk),
      extenders_(others),
      gate_(gate),
      listener_(listener),
      lanes_(lanes),
      lead_(lead),
      jobs_(strand),
      waits_(strand, api, time, *this),
      asked_(strand, time) {}

void binding_cycle::start(task_group& tasks) {
  for (std::size_t i = 0; i < lanes_; ++i) tasks.spawn("bind", lane());
  tasks.spawn("resolve bindings", resolve());
  waits_.start(tasks);
}

k8s::task<void> binding_cycle::lane() {
  for (;;) {
    attempt_ptr next = co_await jobs_.take();
    ++busy_;
    co_await bind_one(std::move(next));
    --busy_;
    listener_.lane_free();
  }
}

k8s::task<void> binding_cycle::bind_one(attempt_ptr attempt) {
  placement& placed = *attempt->placed;
  scoring::pre_bind_result ready = placed.pre_bind();
  if (ready.what.what == scoring::code::wait) {
    listener_.waits_in_pre_bind(*attempt);
    co_return waits_.hold(std::move(attempt), std::move(ready));
  }
  if (!ready.what.is_ok()) co_return not_pre_bound(std::move(attempt), std::move(ready.what));

  // The client asks once more when it sends; here, so that no extender is asked to bind either.
  if (lead_ != nullptr && !lead_->fresh(clock_.now()))
    co_return settle(std::move(attempt), binding_verdict::not_sent,
                     scoring::status::failed("the lease has run out; the binding is not sent"));

  if (scoring::status now = listener_.still_fits(*attempt); !now.is_ok())
    co_return settle(std::move(attempt), binding_verdict::overtaken, std::move(now));

  if (const extender* other = extenders_.binder_of(attempt->pod()))
    if (co_await bind_by(*other, attempt)) co_return;

  placement::outcome answer = co_await placed.bind(api_);
  if (k8s::out_of_order(answer.answer.code))
    gate_.shut();
  else
    gate_.answered();
  attempt->servers_fault = servers_fault(answer.answer);
  note_rejection(*attempt, "Pod rejected by Bind plugin", answer.why);
  settle(std::move(attempt), answer.verdict, std::move(answer.why));
}

void binding_cycle::not_pre_bound(attempt_ptr attempt, scoring::status why) {
  note_rejection(*attempt, "Pod rejected by PreBind plugin", why);
  settle(std::move(attempt), binding_verdict::refused, std::move(why), false);
}

k8s::task<bool> binding_cycle::bind_by(const extender& other, attempt_ptr& attempt) {
  const instant begun = clock_.now();
  const binding_request request{attempt->pod().key, attempt->pod().uid, attempt->placed->node()};
  const k8s::result<void> answer = co_await other.bind(request);
  desk_.bind_ran(*attempt->placed, answer ? scoring::code::success : scoring::code::error, begun);
  // The watch confirms it; where it does not, the pod is read back as any other.
  if (answer) {
    settle(std::move(attempt), binding_verdict::bound, {});
    co_return true;
  }
  const k8s::error why = answer.error();
  if (other.ignorable()) {
    // Should the extender have bound the pod all the same, the server refuses our binding, and it is read back.
    log_.info(0, "Skipping extender in bind as it returned error and has ignorable flag set",
              {{"extender", other.name()}, {"err", why.detail}});
    co_return false;
  }
  // Nothing is wrong with the API server, so whatever is known not to be bound is tried again after backoff.
  binding_verdict verdict = binding_verdict::refused;
  if (why.code != k8s::errc::unreachable && why.code != k8s::errc::tls_failure) {
    const bool may_still_happen = why.code == k8s::errc::timed_out || why.code == k8s::errc::connection_lost;
    verdict = co_await read_back(api_, request, may_still_happen);
  }
  settle(std::move(attempt), verdict, scoring::status::failed(why.detail));
  co_return true;
}

void binding_cycle::note_rejection(const attempt& a, const char* line, const scoring::status& why) const {
  if (!log_.v(4) || !scoring::is_rejection(why.what)) return;
  log_.info(4, line,
            {{"pod", a.pod().key}, {"node", a.placed->node()}, {"plugin", why.plugin}, {"status", why.message()}});
}

void binding_cycle::settle(attempt_ptr attempt, binding_verdict verdict, scoring::status why, bool asked) {
  switch (const settlement now = attempt->placed->settle(verdict)) {
    case settlement::bound:
      return listener_.bound(std::move(attempt));
    case settlement::freed:
    case settlement::was_free:
      if (asked) log_.info(1, "Failed to bind pod", {{"pod", attempt->pod().key}});
      return listener_.not_bound(std::move(attempt), verdict, now == settlement::freed, std::move(why));
    case settlement::open:
      log_.info(2, "Binding outcome unknown; reading the pod back",
                {{"pod", attempt->pod().key}, {"node", attempt->placed->node()}, {"err", why.message()}});
      unresolved_.push_back({std::move(attempt), std::move(why), clock_.now() + settling_time, settling_time});
      asked_.notify();
  }
}

void binding_cycle::server_is_back() {
  for (open_question& q : unresolved_) {
    q.ask_at = std::min(q.ask_at, clock_.now() + settling_time);
    q.pause = settling_time;
  }
  asked_.notify();
}

k8s::task<void> binding_cycle::resolve() {
  for (;;) {
    const auto next =
        std::min_element(unresolved_.begin(), unresolved_.end(),
                         [](const open_question& a, const open_question& b) { return a.ask_at < b.ask_at; });
    const instant when = !gate_.open() || next == unresolved_.end() ? never : next->ask_at;
    if (when > clock_.now()) {
      co_await asked_.wait_until(when);
      continue;
    }
    const attempt& asked = *next->attempt;
    const binding_request request{asked.pod().key, asked.pod().uid, asked.placed->node()};
    const binding_verdict verdict = co_await read_back(api_, request, false);
    if (verdict == binding_verdict::unknown) {
      next->pause = std::min(next->pause * 2, longest_pause);
      next->ask_at = clock_.now() + next->pause;
      continue;
    }
    open_question done = std::move(*next);
    unresolved_.erase(next);
    settle(std::move(done.attempt), verdict, std::move(done.why));
    listener_.lane_free();
  }
}

}  // namespace berth::controller
