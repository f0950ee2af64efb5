#include "scoring/explains.hpp"
#include "scoring/plugins/plugins.hpp"

/// NodeUnschedulable refuses cordoned nodes, unless the pod tolerates node.kubernetes.io/unschedulable:NoSchedule. It
/// reads the pod's tolerations and the node's spec.unschedulable. Upstream: plugins/nodeunschedulable.
namespace berth::scoring {

namespace {

constexpr auto cordoned = "node(s) were unschedulable";

const k8s::taint cordon{"node.kubernetes.io/unschedulable", "", k8s::taint_effect::no_schedule};

class node_unschedulable final : public plugin, public pre_filter_plugin, public filter_plugin, public explains {
 public:
  std::string_view name() const override { return "NodeUnschedulable"; }
  dependencies reads() const override { return {pod_tolerations, reach::own_object}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::node, action_add | action_update_taints},
            {event_resource::target_pod, action_update_tolerations}};
  }
  bool queueing_hint(const pod_info&, const cluster_event& e) const override {
    if (e.resource == event_resource::target_pod)
      return e.new_pod == nullptr || k8s::tolerates(e.new_pod->spec->tolerations, cordon);
    if (e.new_node == nullptr) return true;
    return !e.new_node->unschedulable && (e.old_node == nullptr || e.old_node->unschedulable);
  }

  pre_filter_result pre_filter(const pod_info&, const cluster&, cycle_state&) const override { return {}; }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state&, filter_column& column) const override {
    if (nodes.unschedulable().empty() || k8s::tolerates(pod.spec().tolerations, cordon)) return;
    column.refuse(nodes.unschedulable(), column.reason(status::unresolvable(cordoned)));
  }

  std::vector<shortfall> account(const pod_info&, const cluster&, cycle_state&, node_id) const override {
    return {{"cordoned"}};
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_unschedulable(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<node_unschedulable>();
}

}  // namespace berth::scoring
