#include "scoring/topology/topology.hpp"

namespace berth::scoring {

domain_id topology::number_of(const std::string& value) {
  const auto [there, is_new] = by_value_.try_emplace(value, no_domain);
  if (!is_new) return there->second;
  domain_id d = static_cast<domain_id>(nodes_in_.size());
  if (free_.empty()) {
    nodes_in_.push_back(0);
    values_.push_back(value);
  } else {
    d = free_.back();
    free_.pop_back();
    values_[d] = value;
  }
  return there->second = d;
}

void topology::enter(node_id n, const k8s::node& node) {
  if (of_.size() <= n) of_.resize(std::size_t{n} + 1, no_domain);
  if (key_.how == topology_key::by::node_itself) {
    if (nodes_in_.size() <= n) {
      nodes_in_.resize(std::size_t{n} + 1, 0);
      values_.resize(nodes_in_.size());
    }
    of_[n] = n;
  } else {
    static const std::string empty;
    const std::string* value = node.labels.find(key_.label);
    if (value == nullptr && key_.how == topology_key::by::label_or_empty) value = &empty;
    of_[n] = value == nullptr ? no_domain : number_of(*value);
  }
  if (of_[n] != no_domain) ++nodes_in_[of_[n]];
}

void topology::leave(node_id n) {
  const domain_id d = of(n);
  if (d == no_domain) return;
  of_[n] = no_domain;
  if (--nodes_in_[d] != 0 || key_.how == topology_key::by::node_itself) return;
  by_value_.erase(values_[d]);
  free_.push_back(d);
}

}  // namespace berth::scoring
