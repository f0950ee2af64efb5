#include "scoring/explain/port_shortfalls.hpp"

#include "scoring/host_ports.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace berth::scoring {

namespace {

constexpr std::size_t most_ports = 16;

std::string_view ip_of(const k8s::host_port& p) { return p.ip.empty() ? any_address : std::string_view(p.ip); }
std::string_view protocol_of(const k8s::host_port& p) {
  return p.protocol.empty() ? "TCP" : std::string_view(p.protocol);
}

bool conflict(const k8s::host_port& a, const k8s::host_port& b) {
  return protocol_of(a) == protocol_of(b) &&
         (ip_of(a) == any_address || ip_of(b) == any_address || ip_of(a) == ip_of(b));
}

std::string text_of(const k8s::host_port& p) {
  return fmt::format("{}{}{}/{}", p.ip, p.ip.empty() ? "" : ":", p.port, protocol_of(p));
}

}  // namespace

std::vector<shortfall> held_ports(const pod_info& pod, const cluster& nodes, node_id node) {
  std::multimap<std::int32_t, const k8s::host_port*> wanted;
  each_host_port(pod.spec(), [&](const k8s::host_port& p) { wanted.emplace(p.port, &p); });
  std::vector<shortfall> out;
  std::set<const k8s::host_port*> told;
  for (const pod_info& holder : nodes.pods_on(node)) {
    each_host_port(holder.spec(), [&](const k8s::host_port& held) {
      const auto [first, last] = wanted.equal_range(held.port);
      for (auto w = first; w != last && out.size() < most_ports; ++w) {
        if (!conflict(*w->second, held) || !told.insert(w->second).second) continue;
        const auto& owner = holder.spec().owner;
        // A static pod is owned by its node, which says nothing.
        const bool is_static = owner && owner->kind == "Node";
        const bool by_owner = owner && !is_static;
        const std::string who = by_owner ? fmt::format("{} {}/{}", owner->kind, holder.pod->key.namespace_, owner->name)
                                         : (is_static ? "static pod " : "pod ") + holder.pod->key.text();
        out.push_back({fmt::format("host port {} is held by {}", text_of(*w->second), who),
                       by_owner ? holder.pod->key.text() : ""});
      }
    });
  }
  return out;
}

}  // namespace berth::scoring
