#include "scoring/topology/topology.hpp"

namespace berth::scoring {

domain_id topology::number_of(const std::string& value) {
  const auto [there, is_new] = by_value_.try_emplace(value, no_domain);
  if (!is_new) return there->second;
  domain_id d = static_cast<domain_id>(nodes_in_.size());
  if (free_.empty()) {
    nodes_in_.push_back(0);
    first_.push_back(no_node);
    values_.push_back(value);
  } else {
    d = free_.back();
    free_.pop_back();
    values_[d] = value;
  }
  return there->second = d;
}

void topology::enter(node_id n, const k8s::node& node) {
  if (of_.size() <= n) {
    of_.resize(std::size_t{n} + 1, no_domain);
    links_.resize(of_.size());
  }
  if (key_.how == topology_key::by::node_itself) {
    if (nodes_in_.size() <= n) {
      nodes_in_.resize(std::size_t{n} + 1, 0);
      values_.resize(nodes_in_.size());
      first_.resize(nodes_in_.size(), no_node);
    }
    join(n, n);
  } else {
    static const std::string empty;
    const std::string* value = node.labels.find(key_.label);
    if (value == nullptr && key_.how == topology_key::by::label_or_empty) value = &empty;
    if (value != nullptr) join(n, number_of(*value));
  }
}

void topology::join(node_id n, domain_id d) {
  of_[n] = d;
  if (nodes_in_[d]++ == 0) ++in_use_;
  links_[n] = {first_[d], no_node};
  if (first_[d] != no_node) links_[first_[d]].before = n;
  first_[d] = n;
  if (nodes_.universe() <= n) nodes_.resize(std::size_t{n} + 1);
  nodes_.insert(n);
}

void topology::part(node_id n, domain_id d) {
  of_[n] = no_domain;
  if (--nodes_in_[d] == 0) --in_use_;
  const link l = links_[n];
  if (l.next != no_node) links_[l.next].before = l.before;
  (l.before != no_node ? links_[l.before].next : first_[d]) = l.next;
  nodes_.erase(n);
}

void topology::leave(node_id n) {
  const domain_id d = of(n);
  if (d == no_domain) return;
  part(n, d);
  if (nodes_in_[d] != 0 || key_.how == topology_key::by::node_itself) return;
  by_value_.erase(values_[d]);
  free_.push_back(d);
}

}  // namespace berth::scoring
