#include "controller/schedule/scheduler.hpp"

#include <utility>

/// A pod that extenders have a say in: two halves of a decision, and the waiting between them.
namespace berth::controller {

namespace {

void start_anew(attempt& a, journey_recorder& recorder) {
  a.cycle = scoring::cycle_state();
  recorder.watch(a.pod().key, a.cycle);
}

}  // namespace

k8s::task<void> scheduler::consult(attempt_ptr attempt) {
  scoring::profile& plugins = attempt->profile->plugins;
  const whole_texts texts{[this](const std::string& uid) { return cache_.pod_text(uid); },
                          [this](const std::string& name) { return cache_.node_text(name); }};
  for (bool nominated_first = true;; nominated_first = false) {
    start_anew(*attempt, recorder_);
    scoring::shortlist found =
        plugins.find_candidates(attempt->entry.pod, cache_.index(), attempt->cycle, nominated_first);
    if (auto* why = std::get_if<scoring::diagnosis>(&found)) co_return conclude(std::move(attempt), std::move(*why));
    if (auto* why = std::get_if<scoring::cycle_error>(&found)) co_return conclude(std::move(attempt), std::move(*why));

    auto& among = std::get<scoring::candidates>(found);
    const bool nominated_alone = among.nominated;
    recorder_.ran(attempt->pod().uid, attempt->profile->number);
    const k8s::pod_ptr asked_about = attempt->entry.pod.pod;
    const auto opinion = co_await extenders_.consult(asked_about, std::move(among), texts);

    if (!still_wanted(*attempt)) co_return;
    before_cycle();
    if (!opinion) {
      scoring::cycle_error broken{opinion.error().detail};
      co_return conclude(std::move(attempt), std::move(broken));
    }
    if (nominated_alone && opinion->left.empty()) continue;
    // What the first half wanted done belongs to a decision that was not made.
    start_anew(*attempt, recorder_);
    scoring::decision decision =
        plugins.schedule(attempt->entry.pod, cache_.index(), attempt->cycle, random_, *opinion);
    co_return conclude(std::move(attempt), std::move(decision));
  }
}

bool scheduler::still_wanted(attempt& a) {
  const std::shared_ptr<const k8s::pod_spec> before = a.pod().spec;
  if (!renew(a)) return false;
  // An opinion about another state of the pod does not count, and a process that is stopping begins nothing.
  const bool same = *a.pod().spec == *before;
  if (same && !stopping_) return true;
  queue_.give_back(std::move(a.entry), clock_.now());
  return false;
}

}  // namespace berth::controller
