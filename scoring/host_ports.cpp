#include "scoring/host_ports.hpp"

#include <algorithm>

namespace berth::scoring {

host_ports::view host_ports::key_of(const k8s::host_port& p) noexcept {
  return {p.port, p.protocol.empty() ? std::string_view("TCP") : p.protocol,
          p.ip.empty() ? any_address : std::string_view(p.ip)};
}

void host_ports::add(const k8s::pod_spec& spec) {
  each_host_port(spec, [&](const k8s::host_port& p) {
    const view key = key_of(p);
    const auto there = holders_.lower_bound(key);
    if (there != holders_.end() && !(key < there->first))
      ++there->second;
    else
      holders_.emplace_hint(there, address<std::string>{key.port, std::string(key.protocol), std::string(key.ip)}, 1);
    ++size_;
  });
}

void host_ports::remove(const k8s::pod_spec& spec) {
  each_host_port(spec, [&](const k8s::host_port& p) {
    const auto there = holders_.find(key_of(p));
    if (there == holders_.end()) return;
    if (--there->second == 0) holders_.erase(there);
    --size_;
  });
}

bool host_ports::conflicts(const view& wanted) const {
  if (wanted.ip != any_address)
    return holders_.contains(wanted) || holders_.contains(view{wanted.port, wanted.protocol, any_address});
  const auto first = holders_.lower_bound(view{wanted.port, wanted.protocol, ""});
  return first != holders_.end() && first->first.port == wanted.port && first->first.protocol == wanted.protocol;
}

bool host_ports::conflict_with(const k8s::host_port& wanted) const { return conflicts(key_of(wanted)); }

bool host_ports::conflict_with(const host_ports& others) const {
  if (others.holders_.size() < holders_.size()) return others.conflict_with(*this);
  return std::any_of(holders_.begin(), holders_.end(), [&](const auto& entry) {
    return others.conflicts({entry.first.port, entry.first.protocol, entry.first.ip});
  });
}

}  // namespace berth::scoring
