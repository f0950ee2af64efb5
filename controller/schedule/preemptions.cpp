#include "controller/schedule/preemptions.hpp"

#include "controller/bind/binder.hpp"
#include "k8s/codec/encode.hpp"

#include <algorithm>
#include <utility>

namespace berth::controller {

namespace {

using k8s::errc;

constexpr seconds request_timeout{10};
constexpr std::size_t lanes = 16;

const k8s::request_options write_options{.lane = k8s::lane::writes, .timeout = request_timeout, .retry = true};

// Also where another pod has its name by now.
bool is_gone(const k8s::error& e) { return e.code == errc::not_found || e.code == errc::conflict; }

std::string disruption_target(const k8s::pod& victim, const k8s::pod& preemptor, k8s::timestamp wall) {
  k8s::pod_status_patch patch;
  patch.uid = victim.uid;
  patch.disruption_target = k8s::pod_status_patch::condition{};
  k8s::pod_status_patch::condition& condition = *patch.disruption_target;
  condition.status_true = true;
  condition.reason = "PreemptionByScheduler";
  condition.message = preemptor.spec->scheduler_name + ": preempting to accommodate a higher priority pod";
  condition.transition = wall;
  condition.observed_generation = victim.generation;
  return k8s::encode(patch);
}

}  // namespace

preemptions::preemptions(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time,
                         preemption_host& host)
    : api_(api), clock_(time), host_(host), jobs_(std::move(strand)) {}

void preemptions::start(task_group& tasks) {
  for (std::size_t i = 0; i < lanes; ++i) tasks.spawn("preempt", lane());
}

void preemptions::begin(preemption wanted) {
  std::erase_if(wanted.victims, [](const k8s::pod_ptr& v) { return v->terminating(); });
  if (wanted.victims.empty()) return;
  host_.gate(*wanted.preemptor, true);
  auto of = std::make_shared<work>();
  of->what = std::move(wanted);
  of->open = 1;
  jobs_.put({std::move(of), nullptr});
}

void preemptions::changed(const k8s::pod& pod) {
  const auto there = last_victims_.find(pod.uid);
  if (there == last_victims_.end()) return;
  for (const k8s::pod_ptr& preemptor : there->second) host_.gate(*preemptor, false);
}

k8s::task<void> preemptions::lane() {
  for (;;) {
    job next = co_await jobs_.take();
    if (next.victim == nullptr)
      co_await clear_nominations(next.of);
    else if (!next.of->failed)
      co_await evict(next.of, next.victim);
    --next.of->open;
    next_step(next.of);
  }
}

void preemptions::hand_out(const work_ptr& of, std::size_t up_to) {
  for (; of->started < up_to; ++of->started) {
    ++of->open;
    jobs_.put({of, of->what.victims[of->started]});
  }
}

void preemptions::next_step(const work_ptr& of) {
  if (of->open > 0) return;
  const std::size_t all = of->what.victims.size();
  if (!of->failed && of->started + 1 < all) return hand_out(of, all - 1);
  if (!of->failed && of->started < all) {
    const k8s::pod_ptr& last = of->what.victims.back();
    last_victims_[last->uid].push_back(of->what.preemptor);
    // It may have gone while the others were evicted.
    if (!host_.stays(*last)) host_.gate(*of->what.preemptor, false);
    return hand_out(of, all);
  }
  if (const auto there = last_victims_.find(of->what.victims.back()->uid); there != last_victims_.end()) {
    std::erase_if(there->second, [&](const k8s::pod_ptr& p) { return p->uid == of->what.preemptor->uid; });
    if (there->second.empty()) last_victims_.erase(there);
  }
  host_.gate(*of->what.preemptor, false);
  const bool failed = of->failed || of->nomination_stays;
  // Of a victim that was gone the event may have come while the pod was not to be tried. Where the watch has it still,
  // it lags, or the 404 came from something in between.
  next_try when = next_try::when_told;
  if (failed || (of->last_was_gone && host_.stays(*of->what.victims.back())))
    when = next_try::after_backoff;
  else if (of->last_in_memory || of->last_was_gone)
    when = next_try::at_once;
  host_.over(of->what, failed, when);
}

k8s::task<void> preemptions::clear_nominations(work_ptr of) {
  const std::vector<k8s::pod_ptr> lower = host_.nominated_below(of->what.node, of->what.preemptor->spec->priority);
  for (const k8s::pod_ptr& pod : lower) {
    if (pod->nominated_node_name.empty()) continue;
    k8s::pod_status_patch patch;
    patch.uid = pod->uid;
    patch.nominated_node_name.emplace();
    const std::string path = path_of(pod->key) + "/status";
    const std::string body = k8s::encode(patch);
    const auto answer = co_await api_.patch(path, k8s::patch_type::strategic_merge, body, write_options);
    // Not critical for this pod: it goes on. The preemptor is tried again all the same, as after any error.
    if (answer || is_gone(answer.error())) continue;
    host_.nomination_not_cleared(of->what, answer.error());
    of->nomination_stays = true;
  }
}

k8s::task<void> preemptions::evict(work_ptr of, k8s::pod_ptr victim) {
  const bool last = victim == of->what.victims.back();
  if (host_.let_go(*victim)) {
    of->last_in_memory = last;
    host_.evicted(of->what, *victim, true);
    co_return;
  }
  const outcome done = co_await mark_and_delete(of, victim);
  if (done.failed.code != errc::ok) {
    of->failed = true;
    host_.not_evicted(of->what, *victim, done.failed);
  } else if (!done.gone) {
    host_.evicted(of->what, *victim, false);
  } else if (last) {
    of->last_was_gone = true;
  }
}

k8s::task<preemptions::outcome> preemptions::mark_and_delete(work_ptr of, k8s::pod_ptr victim) {
  outcome how;
  if (!victim->preempted) {
    const std::string path = path_of(victim->key) + "/status";
    const std::string body = disruption_target(*victim, *of->what.preemptor, clock_.wall());
    const auto marked = co_await api_.patch(path, k8s::patch_type::strategic_merge, body, write_options);
    if (!marked) {
      how.gone = is_gone(marked.error());
      if (!how.gone) how.failed = marked.error();
      co_return how;
    }
  }
  const std::string path = path_of(victim->key);
  const std::string body = k8s::encode_delete(victim->uid);
  const auto deleted = co_await api_.remove(path, body, write_options);
  if (!deleted) {
    how.gone = is_gone(deleted.error());
    if (!how.gone) how.failed = deleted.error();
  }
  co_return how;
}

}  // namespace berth::controller
