#include "test/reference/plugins.hpp"

/// NodeUnschedulable: a cordoned node takes only pods that tolerate its being cordoned.
namespace berth::reference {

namespace {

class node_unschedulable final : public plugin_base<node_unschedulable> {
 public:
  status filter(const question& q, const node_state& n) override {
    const k8s::taint cordoned{"node.kubernetes.io/unschedulable", "", k8s::taint_effect::no_schedule};
    if (!n.node->unschedulable || k8s::tolerates(q.pod.spec->tolerations, cordoned)) return {};
    return refuse_for_good("node(s) were unschedulable");
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_unschedulable(const k8s::value&) { return std::make_unique<node_unschedulable>(); }

}  // namespace berth::reference
