#pragma once

#include "k8s/api/pod.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

/// Host ports: those that the pods on a node hold (cluster::host_ports_on), or those that one pod wants.
///
/// A port is looked up by its number, protocol and address, so that a pod with thousands of them costs no more for each
/// than a pod with one. 0.0.0.0 (or no address) stands for all addresses, and no protocol for TCP. A tree and not a
/// hash table, since whoever writes pods chooses the keys, and could choose such as share a hash.
/// Upstream: framework.HostPortInfo, which however forgets a port that two pods hold when the first of them goes.
namespace berth::scoring {

inline constexpr std::string_view any_address = "0.0.0.0";

/// Calls f(const k8s::host_port&) for each port that a running pod of this spec holds. Of the init containers only
/// sidecars go on running. Upstream: schedutil.GetHostPorts.
template <class F>
void each_host_port(const k8s::pod_spec& spec, F&& f) {
  for (const k8s::container& c : spec.init_containers)
    if (c.sidecar)
      for (const k8s::host_port& p : c.host_ports) f(p);
  for (const k8s::container& c : spec.containers)
    for (const k8s::host_port& p : c.host_ports) f(p);
}

class host_ports {
 public:
  host_ports() = default;
  explicit host_ports(const k8s::pod_spec& spec) { add(spec); }

  void add(const k8s::pod_spec& spec);
  /// What was added before.
  void remove(const k8s::pod_spec& spec);

  bool empty() const noexcept { return holders_.empty(); }
  /// How many were added; one that two containers hold counts twice.
  std::size_t size() const noexcept { return size_; }
  bool conflict_with(const k8s::host_port& wanted) const;
  /// Whether any of these conflicts with any of those. Costs the length of the shorter, times the depth of the longer.
  bool conflict_with(const host_ports& others) const;

 private:
  template <class Text>
  struct address {
    std::int32_t port;
    Text protocol;
    Text ip;
    template <class Other>
    bool operator<(const address<Other>& b) const noexcept {
      if (port != b.port) return port < b.port;
      const auto by_protocol = std::string_view(protocol) <=> std::string_view(b.protocol);
      return by_protocol != 0 ? by_protocol < 0 : std::string_view(ip) < std::string_view(b.ip);
    }
  };
  using view = address<std::string_view>;
  static view key_of(const k8s::host_port& p) noexcept;
  bool conflicts(const view& wanted) const;

  std::map<address<std::string>, std::size_t, std::less<>> holders_;  ///< how many hold it
  std::size_t size_ = 0;
};

}  // namespace berth::scoring
