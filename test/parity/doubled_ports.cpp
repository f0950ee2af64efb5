#include "test/parity/doubled_ports.hpp"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace berth::test {

namespace {

using port_key = std::tuple<std::int32_t, std::string, std::string>;

port_key key_of(const k8s::host_port& p) {
  return {p.port, p.protocol.empty() ? "TCP" : p.protocol, p.ip.empty() ? std::string(scoring::any_address) : p.ip};
}

}  // namespace

doubled_ports::doubled_ports(const std::vector<k8s::pod_ptr>& pods) {
  std::map<std::string, std::set<port_key>> held;
  for (const k8s::pod_ptr& pod : pods) {
    const bool ended = pod->phase == k8s::pod_phase::succeeded || pod->phase == k8s::pod_phase::failed;
    if (pod->node_name.empty() || ended) continue;
    std::set<port_key> own;
    k8s::container twice;
    scoring::each_host_port(*pod->spec, [&](const k8s::host_port& p) {
      if (own.insert(key_of(p)).second && !held[pod->node_name].insert(key_of(p)).second) twice.host_ports.push_back(p);
    });
    k8s::pod_spec spec;
    spec.containers.push_back(std::move(twice));
    doubled_.add(spec);
  }
}

bool doubled_ports::concern(const k8s::pod_spec& waiting) const {
  return scoring::host_ports(waiting).conflict_with(doubled_);
}

}  // namespace berth::test
