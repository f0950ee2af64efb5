#include "controller/bind/permit_orders.hpp"

#include <utility>

namespace berth::controller {

bool permit_orders::add(permit_order asked, instant due) {
  if (orders_.size() >= most) return false;
  orders_.emplace(due, std::move(asked));
  return true;
}

std::optional<permit_order> permit_orders::take_due(instant now) {
  if (orders_.empty() || orders_.begin()->first > now) return std::nullopt;
  permit_order first = std::move(orders_.begin()->second);
  orders_.erase(orders_.begin());
  return first;
}

}  // namespace berth::controller
