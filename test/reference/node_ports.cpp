#include "test/reference/plugins.hpp"

/// NodePorts: no two pods of a node have one host port, unless at different addresses.
///
/// Known difference: kube-scheduler keeps one set of ports per node, and so forgets a port that two pods hold (placed
/// by hand) when one of them goes. Here, as in berth, the pods that are there count: docs/parity.md.
namespace berth::reference {

namespace {

std::vector<k8s::host_port> ports_of(const k8s::pod& pod) {
  std::vector<k8s::host_port> ports;
  for (const k8s::container& c : pod.spec->init_containers)
    if (c.sidecar) ports.insert(ports.end(), c.host_ports.begin(), c.host_ports.end());
  for (const k8s::container& c : pod.spec->containers)
    ports.insert(ports.end(), c.host_ports.begin(), c.host_ports.end());
  return ports;
}

std::string address_of(const k8s::host_port& p) { return p.ip.empty() ? "0.0.0.0" : p.ip; }
std::string protocol_of(const k8s::host_port& p) { return p.protocol.empty() ? "TCP" : p.protocol; }

bool conflict(const k8s::host_port& a, const k8s::host_port& b) {
  if (a.port != b.port || protocol_of(a) != protocol_of(b)) return false;
  return address_of(a) == address_of(b) || address_of(a) == "0.0.0.0" || address_of(b) == "0.0.0.0";
}

class node_ports final : public plugin_base<node_ports> {
 public:
  status pre_filter(const question& q, std::optional<std::set<std::string>>&) override {
    return ports_of(q.pod).empty() ? skip() : status{};
  }
  status filter(const question& q, const node_state& n) override {
    for (const k8s::host_port& wanted : ports_of(q.pod))
      for (const k8s::pod_ptr& there : n.pods)
        for (const k8s::host_port& held : ports_of(*there))
          if (conflict(wanted, held)) return refuse("node(s) didn't have free ports for the requested pod ports");
    return {};
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_ports(const k8s::value&) { return std::make_unique<node_ports>(); }

}  // namespace berth::reference
