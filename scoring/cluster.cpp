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

}  // namespace berth::scoring
