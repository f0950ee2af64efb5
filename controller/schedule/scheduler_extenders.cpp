#include "controller/schedule/scheduler.hpp"

#include "scoring/engine/verdict.hpp"
#include "scoring/preemption/choice.hpp"

#include <utility>

/// A pod that extenders have a say in: two halves of a decision, and the waiting between them; and whom it evicts.
namespace berth::controller {

namespace {

void start_anew(attempt& a, journey_recorder& recorder, const extenders& others) {
  a.cycle = scoring::cycle_state();
  a.cycle.proposes_preemptions = others.judge_evictions_for(a.pod());
  recorder.watch(a.pod().key, a.cycle);
}

}  // namespace

whole_texts scheduler::texts() const {
  return {[this](const std::string& uid) { return cache_.pod_text(uid); },
          [this](const std::string& name) { return cache_.node_text(name); }};
}

k8s::task<void> scheduler::consult(attempt_ptr attempt) {
  scoring::profile& plugins = attempt->profile->plugins;
  if (!extenders_.filter_or_score(attempt->pod())) {
    start_anew(*attempt, recorder_, extenders_);
    scoring::decision alone = plugins.schedule(attempt->entry.pod, cache_.index(), attempt->cycle, random_);
    co_return co_await conclude_with_extenders(std::move(attempt), std::move(alone));
  }
  const whole_texts kept_texts = texts();
  for (bool nominated_first = true;; nominated_first = false) {
    start_anew(*attempt, recorder_, extenders_);
    scoring::shortlist found =
        plugins.find_candidates(attempt->entry.pod, cache_.index(), attempt->cycle, nominated_first);
    if (auto* why = std::get_if<scoring::diagnosis>(&found)) {
      scoring::decision refused = std::move(*why);
      co_return co_await conclude_with_extenders(std::move(attempt), std::move(refused));
    }
    if (auto* why = std::get_if<scoring::cycle_error>(&found)) co_return conclude(std::move(attempt), std::move(*why));

    auto& among = std::get<scoring::candidates>(found);
    const bool nominated_alone = among.nominated;
    recorder_.ran(attempt->pod().uid, attempt->profile->number);
    const k8s::pod_ptr asked_about = attempt->entry.pod.pod;
    const auto opinion = co_await extenders_.consult(asked_about, std::move(among), kept_texts);

    if (!still_wanted(*attempt)) co_return;
    before_cycle();
    if (!opinion) {
      scoring::cycle_error broken{opinion.error().detail};
      co_return conclude(std::move(attempt), std::move(broken));
    }
    if (nominated_alone && opinion->left.empty()) continue;
    // What the first half wanted done belongs to a decision that was not made.
    start_anew(*attempt, recorder_, extenders_);
    scoring::decision decision =
        plugins.schedule(attempt->entry.pod, cache_.index(), attempt->cycle, random_, *opinion);
    co_return co_await conclude_with_extenders(std::move(attempt), std::move(decision));
  }
}

k8s::task<void> scheduler::conclude_with_extenders(attempt_ptr attempt, scoring::decision decision) {
  auto proposed = attempt->cycle.out().take_one<scoring::propose_preemptions>();
  // Of a pod that fits, or whose attempt broke, nobody is evicted, whatever a plugin proposes.
  if (!proposed || !std::holds_alternative<scoring::diagnosis>(decision))
    co_return conclude(std::move(attempt), std::move(decision));
  const k8s::pod_ptr preemptor = attempt->entry.pod.pod;
  const scoring::live_cluster& index = cache_.index();
  const whole_texts kept_texts = texts();
  const placed_pods placed{
      [&index](const std::string& node) { return index.find_node(node) != scoring::no_node; },
      [&index](const std::string& uid, const std::string& node) { return index.node_name_of(uid) == node; }};
  std::vector<scoring::preempt_pods> candidates = std::move(proposed->candidates);
  const auto left = co_await extenders_.judge_evictions(preemptor, std::move(candidates), kept_texts, placed);
  if (!still_wanted(*attempt)) co_return;
  before_cycle();
  auto& why = std::get<scoring::diagnosis>(decision);
  if (!left) {
    scoring::enter_last_word(why, scoring::preemption_failed(left.error().detail));
  } else {
    scoring::settled_preemption settled = scoring::settle_preemption(*left, index);
    scoring::enter_last_word(why, std::move(settled.said));
    if (settled.eviction) attempt->cycle.out().add(std::move(*settled.eviction));
  }
  conclude(std::move(attempt), std::move(decision));
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
