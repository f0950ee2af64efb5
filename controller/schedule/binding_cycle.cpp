#include "controller/schedule/binding_cycle.hpp"

#include "controller/bind/effects.hpp"

#include <algorithm>

namespace berth::controller {

namespace {

/// A POST that was cut off in the middle may still be carried out after the pod was read; a server drops the request
/// with its connection, so what has not happened by then will not.
constexpr duration settling_time = seconds(1);
constexpr duration longest_pause = seconds(10);

/// As upstream words an error of a Bind plugin.
std::string bind_error(const std::string& plugin, const std::string& what) {
  return "running Bind plugin \"" + (plugin.empty() ? std::string("DefaultBinder") : plugin) + "\": " + what;
}

/// Whether an error says that the server as a whole is in trouble.
bool server_in_trouble(k8s::errc code) {
  return code == k8s::errc::unreachable || code == k8s::errc::connection_lost || code == k8s::errc::timed_out ||
         code == k8s::errc::tls_failure;
}

}  // namespace

binding_cycle::binding_cycle(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time, const log& out,
                             journey_recorder& recorder, const cluster_cache& cache, const extenders& others,
                             server_gate& gate, permit_desk& permits, binding_listener& listener, std::size_t lanes)
    : strand_(strand),
      api_(api),
      clock_(time),
      log_(out),
      recorder_(recorder),
      cache_(cache),
      extenders_(others),
      gate_(gate),
      permits_(permits),
      listener_(listener),
      lanes_(lanes),
      jobs_(strand),
      asked_(strand, time) {}

void binding_cycle::start(task_group& tasks) {
  for (std::size_t i = 0; i < lanes_; ++i) tasks.spawn("bind", lane());
  tasks.spawn("resolve bindings", resolve());
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

k8s::task<void> binding_cycle::bind_one(attempt_ptr what) {
  scoring::profile& plugins = what->profile->plugins;
  scoring::status s = plugins.pre_bind(what->placed, cache_.index(), what->cycle, what->node);
  recorder_.ran(*what);
  perform(what->cycle.out(), log_, permits_);
  if (!s.is_ok()) {
    std::string why = "running PreBind plugin \"" + s.plugin + "\": " + s.message();
    co_return listener_.not_bound(std::move(what), binding_verdict::refused, std::move(why));
  }

  if (const extender* other = extenders_.binder_of(what->pod()))
    if (co_await bind_by(*other, what)) co_return;

  const instant begun = clock_.now();
  s = plugins.bind(what->placed, cache_.index(), what->cycle, what->node);
  recorder_.bind_begun();
  const std::optional<std::string> node = perform(what->cycle.out(), log_, permits_);
  if (!s.is_ok() || !node) {
    recorder_.bind_ran(*what, s.is_ok() ? scoring::code::error : s.what, begun);
    std::string why = bind_error(s.plugin, s.is_ok() ? "it asked for no binding" : s.message());
    co_return listener_.not_bound(std::move(what), binding_verdict::refused, std::move(why));
  }
  const binding_request request{what->pod().key, what->pod().uid, *node};
  const binding_outcome outcome = co_await bind(api_, request);
  const bool is_bound = outcome.verdict == binding_verdict::bound;
  recorder_.bind_ran(*what, is_bound ? scoring::code::success : scoring::code::error, begun);
  if (server_in_trouble(outcome.why.code)) gate_.shut();
  settle(std::move(what), outcome.verdict, bind_error(s.plugin, outcome.why.detail));
}

k8s::task<bool> binding_cycle::bind_by(const extender& other, attempt_ptr& what) {
  const instant begun = clock_.now();
  const binding_request request{what->pod().key, what->pod().uid, what->node};
  const k8s::result<void> answer = co_await other.bind(request);
  recorder_.bind_ran(*what, answer ? scoring::code::success : scoring::code::error, begun);
  // The watch confirms it; where it does not, the pod is read back as any other.
  if (answer) {
    settle(std::move(what), binding_verdict::bound, "");
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
  settle(std::move(what), verdict, why.detail);
  co_return true;
}

void binding_cycle::settle(attempt_ptr what, binding_verdict verdict, std::string why) {
  switch (verdict) {
    case binding_verdict::bound:
      return listener_.bound(std::move(what));
    case binding_verdict::elsewhere:
    case binding_verdict::gone:
    case binding_verdict::refused:
    case binding_verdict::not_sent:
      return listener_.not_bound(std::move(what), verdict, std::move(why));
    case binding_verdict::too_early:
    case binding_verdict::unknown:
      log_.info(2, "Binding outcome unknown; reading the pod back",
                {{"pod", what->pod().key}, {"node", what->node}, {"err", why}});
      unresolved_.push_back({std::move(what), std::move(why), clock_.now() + settling_time, settling_time});
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
    const binding_request request{next->what->pod().key, next->what->pod().uid, next->what->node};
    const binding_verdict verdict = co_await read_back(api_, request, false);
    if (verdict == binding_verdict::unknown) {
      next->pause = std::min(next->pause * 2, longest_pause);
      next->ask_at = clock_.now() + next->pause;
      continue;
    }
    open_question done = std::move(*next);
    unresolved_.erase(next);
    settle(std::move(done.what), verdict, std::move(done.why));
    listener_.lane_free();
  }
}

}  // namespace berth::controller
