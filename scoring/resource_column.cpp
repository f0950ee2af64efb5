#include "scoring/resource_column.hpp"

namespace berth::scoring {

resource_column::resource_column(std::string_view name, const cluster& nodes) : name_(name), nodes_(&nodes) {
  const resource_id* number = nodes.resources().find(name);
  if (number == nullptr) return;
  allocatable_ = nodes.allocatable(*number);
  requested_ = nodes.requested(*number);
}

}  // namespace berth::scoring
