#include "scoring/explain/port_shortfalls.hpp"
#include "scoring/plugins/plugins.hpp"

#include <string_view>

/// NodePorts refuses nodes on which a pod already holds a host port that this pod wants. It reads the host ports of the
/// containers and sidecars, of this pod and of those on the node (host_ports.hpp). Upstream: plugins/nodeports.
namespace berth::scoring {

namespace {

constexpr auto taken = "node(s) didn't have free ports for the requested pod ports";

class node_ports final : public plugin, public pre_filter_plugin, public filter_plugin, public explains {
 public:
  std::string_view name() const override { return "NodePorts"; }
  dependencies reads() const override { return {pod_host_ports, reach::own_node}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::assigned_pod, action_delete}, {event_resource::node, action_add}};
  }
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    if (e.resource != event_resource::assigned_pod || e.old_pod == nullptr) return true;
    const k8s::pod& gone = *e.old_pod;
    if (gone.node_name.empty() && gone.nominated_node_name.empty()) return false;
    const host_ports held(*gone.spec);
    return !held.empty() && held.conflict_with(host_ports(pod.spec()));
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster&, cycle_state& cycle) const override {
    return {wanted_by(pod, cycle).empty() ? status::skipped() : status::ok(), std::nullopt};
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle, filter_column& column) const override {
    const host_ports& wanted = wanted_by(pod, cycle);
    if (wanted.empty() || nodes.nodes_with_host_ports().empty()) return;
    const refusal_id why = column.reason(status::refuse(taken));
    node_set candidates = column.nodes();
    candidates &= nodes.nodes_with_host_ports();
    candidates.for_each([&](node_id n) {
      if (nodes.host_ports_on(n).conflict_with(wanted)) column.refuse(n, why);
    });
  }

  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state&, node_id n) const override {
    return held_ports(pod, nodes, n);
  }

 private:
  const host_ports& wanted_by(const pod_info& pod, cycle_state& cycle) const {
    return cycle.of<host_ports>(this, [&] { return host_ports(pod.spec()); });
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_ports(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<node_ports>();
}

}  // namespace berth::scoring
