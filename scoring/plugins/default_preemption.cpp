#include "scoring/diagnosis.hpp"
#include "scoring/plugins/not_yet_arguments.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/preemption/choice.hpp"
#include "scoring/preemption/search.hpp"

#include <set>
#include <utility>

/// DefaultPreemption: makes room for a pod that fits nowhere by evicting pods of lower priority.
///
/// The best of all nodes where that can help is taken (search.hpp).
/// What is to be evicted is left as the effect `preempt_pods`; until that is done, PreEnqueue keeps the pod back. Where
/// extenders have a say in it, all candidates are left instead, as `propose_preemptions`.
/// Upstream: framework/plugins/defaultpreemption and framework/preemption, whose messages these are.
namespace berth::scoring {

namespace {

status refused(std::string message) { return status::refuse("preemption: " + std::move(message)); }

// Upstream: utilerrors.NewAggregate.
std::string joined(const std::vector<std::string>& errors) {
  std::set<std::string_view> seen;
  std::string text;
  for (const std::string& e : errors)
    if (seen.insert(e).second) text += (text.empty() ? "" : ", ") + e;
  return seen.size() == 1 ? text : "[" + text + "]";
}

class default_preemption final : public plugin, public pre_enqueue_plugin, public post_filter_plugin {
 public:
  std::string_view name() const override { return "DefaultPreemption"; }
  dependencies reads() const override { return {0, reach::own_node}; }

  // A pod that waits for its victims is woken by what cures the plugins that refused it before.
  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::assigned_pod, action_delete}};
  }
  bool queueing_hint(const pod_info&, const cluster_event&) const override { return false; }

  status pre_enqueue(const pod_info& pod, const cluster& nodes) const override {
    if (!nodes.nominated().preempting(pod.pod->uid)) return status::ok();
    return status::unresolvable("waiting for the preemption for this pod to be finished");
  }

  post_filter_result post_filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle, const diagnosis& why,
                                 filters_again& again) const override {
    if (std::string reason = not_eligible(pod, nodes, why); !reason.empty())
      return {refused(std::move(reason)), std::nullopt};

    victim_search search(pod, nodes, why, again);
    if (cycle.proposes_preemptions) {
      const std::vector<preemption_candidate> all = search.all();
      if (all.empty()) return no_help(search);
      cycle.out().add(proposal_of(all, nodes));
      return said_of(eviction_of(all[choose_candidate(all)], nodes));
    }
    const std::optional<preemption_candidate> best = search.best();
    if (!best) return no_help(search);
    preempt_pods eviction = eviction_of(*best, nodes);
    post_filter_result said = said_of(eviction);
    cycle.out().add(std::move(eviction));
    return said;
  }

 private:
  // Upstream: PodEligibleToPreemptOthers.
  static std::string not_eligible(const pod_info& pod, const cluster& nodes, const diagnosis& why) {
    if (!pod.spec().may_preempt) return "not eligible due to preemptionPolicy=Never.";
    if (pod.pod->nominated_node_name.empty()) return {};
    const node_id n = nodes.find_node(pod.pod->nominated_node_name);
    if (n == no_node || why.table[why.refused_by[n]].what == code::unschedulable_and_unresolvable) return {};
    for (const pod_info& p : nodes.pods_on(n))
      if (p.spec().priority < pod.spec().priority && p.pod->terminating() && p.pod->preempted)
        return "not eligible due to a terminating pod on the nominated node.";
    return {};
  }

  static post_filter_result no_help(const victim_search& search) {
    if (!search.errors().empty()) return {status::failed("preemption: " + joined(search.errors())), std::nullopt};
    return {refused(search.unhelpful().message()), ""};
  }

  static propose_preemptions proposal_of(const std::vector<preemption_candidate>& candidates, const cluster& nodes) {
    propose_preemptions all;
    for (const preemption_candidate& c : candidates) all.candidates.push_back(eviction_of(c, nodes));
    return all;
  }
};

}  // namespace

std::unique_ptr<plugin> make_default_preemption(arguments& args, const plugin_context&) {
  read_default_preemption_arguments(args);
  args.finish();
  return std::make_unique<default_preemption>();
}

}  // namespace berth::scoring
