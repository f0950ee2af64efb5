#include "scoring/explain/port_shortfalls.hpp"
#include "scoring/plugins/plugins.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

/// NodePorts refuses nodes on which a pod already holds a host port that this pod wants. It reads the host ports of the
/// containers and sidecars, of this pod and of those on the node. 0.0.0.0 (or no address) stands for all addresses.
/// Upstream: plugins/nodeports.
namespace berth::scoring {

namespace {

constexpr auto taken = "node(s) didn't have free ports for the requested pod ports";

constexpr std::string_view any_address = "0.0.0.0";

std::string_view address(const k8s::host_port& p) { return p.ip.empty() ? any_address : std::string_view(p.ip); }
std::string_view protocol(const k8s::host_port& p) { return p.protocol.empty() ? "TCP" : std::string_view(p.protocol); }

bool conflict(const k8s::host_port& a, const k8s::host_port& b) {
  return a.port == b.port && protocol(a) == protocol(b) &&
         (address(a) == any_address || address(b) == any_address || address(a) == address(b));
}

using ports = std::vector<const k8s::host_port*>;

ports host_ports(const k8s::pod_spec& spec) {
  ports out;
  const auto add = [&](const k8s::container& c) {
    for (const k8s::host_port& p : c.host_ports) out.push_back(&p);
  };
  for (const k8s::container& c : spec.init_containers)
    if (c.sidecar) add(c);
  std::for_each(spec.containers.begin(), spec.containers.end(), add);
  return out;
}

bool conflict(const ports& wanted, const k8s::host_port& held) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const k8s::host_port* w) { return conflict(*w, held); });
}

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
    const ports wanted = host_ports(pod.spec());
    const ports held = host_ports(*gone.spec);
    return std::any_of(held.begin(), held.end(), [&](const k8s::host_port* h) { return conflict(wanted, *h); });
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster&, cycle_state&) const override {
    return {host_ports(pod.spec()).empty() ? status::skipped() : status::ok(), std::nullopt};
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state&, filter_column& column) const override {
    const ports wanted = host_ports(pod.spec());
    if (wanted.empty() || nodes.nodes_with_host_ports().empty()) return;
    const refusal_id why = column.reason(status::refuse(taken));
    node_set candidates = column.nodes();
    candidates &= nodes.nodes_with_host_ports();
    candidates.for_each([&](node_id n) {
      for (const k8s::host_port& held : nodes.host_ports_on(n))
        if (conflict(wanted, held)) return column.refuse(n, why);
    });
  }

  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state&, node_id n) const override {
    return held_ports(pod, nodes, n);
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_ports(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<node_ports>();
}

}  // namespace berth::scoring
