#include "scoring/explains.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/plugins/toleration_set.hpp"

/// TaintToleration refuses nodes with a NoSchedule or NoExecute taint that the pod does not tolerate, and prefers nodes
/// with fewer PreferNoSchedule taints that it does not tolerate. It reads the pod's tolerations and the node's taints,
/// and judges each distinct set of taints once. Upstream: plugins/tainttoleration.
namespace berth::scoring {

namespace {

constexpr auto untolerated = "node(s) had untolerated taint(s)";

constexpr std::size_t most_accounted = 32;  // taints of one node

bool is_hard(const k8s::taint& t) {
  return t.effect == k8s::taint_effect::no_schedule || t.effect == k8s::taint_effect::no_execute;
}

// As `kubectl taint` takes it.
std::string text_of(const k8s::taint& t) {
  const char* effect = t.effect == k8s::taint_effect::no_execute ? "NoExecute" : "NoSchedule";
  return t.key + (t.value.empty() ? "" : "=" + t.value) + ":" + effect;
}

class taint_toleration final : public plugin,
                               public pre_filter_plugin,
                               public filter_plugin,
                               public pre_score_plugin,
                               public score_plugin,
                               public explains {
 public:
  std::string_view name() const override { return "TaintToleration"; }
  dependencies reads() const override { return {pod_tolerations, reach::own_object}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::node, action_add | action_update_taints},
            {event_resource::target_pod, action_update_tolerations}};
  }
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    if (e.resource == event_resource::target_pod || e.new_node == nullptr) return true;
    const toleration_set tolerated(pod.spec().tolerations);
    return !tolerated.refuses(e.new_node->taints) && (e.old_node == nullptr || tolerated.refuses(e.old_node->taints));
  }

  pre_filter_result pre_filter(const pod_info&, const cluster&, cycle_state&) const override { return {}; }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state&, filter_column& column) const override {
    if (nodes.taint_set_count() <= 1) return;
    const refusal_id why = column.reason(status::unresolvable(untolerated));
    const std::span<const cluster::taint_set_id> set_of = nodes.taint_sets();
    verdicts judged(nodes.taint_set_count());
    const toleration_set tolerated(pod.spec().tolerations);
    column.for_each([&](node_id n) {
      const bool refused =
          judged.of(set_of[n], [&](cluster::taint_set_id s) { return tolerated.refuses(nodes.taints(s)); });
      if (refused) column.refuse(n, why);
    });
  }

  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state&, node_id n) const override {
    std::vector<shortfall> out;
    const toleration_set tolerated(pod.spec().tolerations);
    for (const k8s::taint& t : nodes.taints(nodes.taint_sets()[n])) {
      if (out.size() == most_accounted) break;
      if (is_hard(t) && !tolerated.tolerates_by_index(t)) out.push_back({text_of(t) + " is not tolerated"});
    }
    return out;
  }

  status pre_score(const pod_info&, const cluster&, cycle_state&, std::span<const node_id>) const override {
    return {};
  }

  status score(const pod_info& pod, const cluster& nodes, cycle_state&, score_column& column) const override {
    const std::span<const cluster::taint_set_id> set_of = nodes.taint_sets();
    verdicts judged(nodes.taint_set_count());
    const toleration_set tolerated(pod.spec().tolerations);
    for (std::size_t i = 0; i < column.nodes().size(); ++i)
      column.scores()[i] = judged.of(set_of[column.nodes()[i]],
                                     [&](cluster::taint_set_id s) { return tolerated.soft_count(nodes.taints(s)); });
    return status::ok();
  }
  scaling scales() const override { return scaling::by_largest_reversed; }

 private:
  // One answer for each set of taints, found when first asked for.
  class verdicts {
   public:
    explicit verdicts(std::size_t sets) : known_(sets, -1) {}
    template <class Judge>
    std::int64_t of(cluster::taint_set_id set, Judge&& judge) {
      if (known_[set] < 0) known_[set] = static_cast<std::int64_t>(judge(set));
      return known_[set];
    }

   private:
    std::vector<std::int64_t> known_;
  };
};

}  // namespace

std::unique_ptr<plugin> make_taint_toleration(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<taint_toleration>();
}

}  // namespace berth::scoring
