#include "controller/schedule/scheduler.hpp"

#include <utility>

/// A pod that extenders have a say in: two halves of a decision, and the waiting between them.
namespace berth::controller {

namespace {

void start_anew(scoring::cycle_state& cycle) {
  scoring::observer* const watcher = cycle.watcher();
  cycle = scoring::cycle_state();
  cycle.observed_by(watcher);
}

}  // namespace

k8s::task<void> scheduler::consult(attempt_ptr what) {
  scoring::profile& plugins = what->profile->plugins;
  const whole_texts texts{[this](const std::string& uid) { return cache_.pod_text(uid); },
                          [this](const std::string& name) { return cache_.node_text(name); }};
  for (bool nominated_first = true;; nominated_first = false) {
    start_anew(what->cycle);
    scoring::shortlist found = plugins.find_candidates(what->entry.pod, cache_.index(), what->cycle, nominated_first);
    if (auto* why = std::get_if<scoring::diagnosis>(&found)) co_return conclude(std::move(what), std::move(*why));
    if (auto* why = std::get_if<scoring::cycle_error>(&found)) co_return conclude(std::move(what), std::move(*why));

    auto& among = std::get<scoring::candidates>(found);
    const bool nominated_alone = among.nominated;
    recorder_.ran(*what);
    const k8s::pod_ptr asked_about = what->entry.pod.pod;
    const auto said = co_await extenders_.consult(asked_about, std::move(among), texts);

    if (!still_wanted(*what)) co_return;
    if (before_each_cycle_) before_each_cycle_();
    if (!said) {
      scoring::cycle_error broken{said.error().detail};
      co_return conclude(std::move(what), std::move(broken));
    }
    if (nominated_alone && said->left.empty()) continue;
    // What the first half wanted done belongs to a decision that was not made.
    start_anew(what->cycle);
    scoring::decision decision = plugins.schedule(what->entry.pod, cache_.index(), what->cycle, random_, *said);
    co_return conclude(std::move(what), std::move(decision));
  }
}

bool scheduler::still_wanted(attempt& what) {
  const std::shared_ptr<const k8s::pod_spec> before = what.pod().spec;
  if (!renew(what)) return false;
  // What was said of another state of the pod is worth nothing, and at the end nothing is begun any more.
  const bool same = *what.pod().spec == *before;
  if (same && !stopping_) return true;
  queue_.give_back(std::move(what.entry), clock_.now());
  return false;
}

}  // namespace berth::controller
