#include "scoring/cluster.hpp"

namespace berth::scoring {

std::int64_t cluster::allocatable_of(node_id n, std::string_view resource) const {
  if (const resource_id* r = resource_names_.find(resource)) return allocatable_[*r][n];
  return is_scalar_resource(resource) ? amount_in(node(n).allocatable, resource) : 0;
}

std::int64_t cluster::requested_of(node_id n, std::string_view resource) const {
  if (const resource_id* r = resource_names_.find(resource)) return requested_[*r][n];
  const auto& scalars = rows_[n]->scalars;
  const auto there = scalars.find(resource);
  return there == scalars.end() ? 0 : there->second;
}

void cluster::add_to_sums(node_id n, const demand& held, std::int64_t sign) {
  for (resource_id r = 0; r < first_scalar; ++r) requested_[r][n] += sign * held.amounts[r];
  for (const auto& [name, amount] : held.scalars)
    if (const resource_id* r = resource_names_.find(name)) requested_[*r][n] += sign * amount;
  non_zero_cpu_[n] += sign * held.non_zero_cpu;
  non_zero_memory_[n] += sign * held.non_zero_memory;
  pod_count_[n] += sign;
}

// These are kept whether or not the node is known, and the resource has a column.
void cluster::add_scalars(row& on, const demand& held, std::int64_t sign) {
  for (const auto& [name, amount] : held.scalars) {
    const auto there = on.scalars.try_emplace(name).first;
    there->second += sign * amount;
    if (there->second == 0) on.scalars.erase(there);
  }
}

void cluster::update_pod_sets(node_id n, const row& on) {
  if (on.ports.empty())
    host_port_nodes_.erase(n);
  else
    host_port_nodes_.insert(n);
}

}  // namespace berth::scoring
