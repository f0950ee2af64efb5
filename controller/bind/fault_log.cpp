#include "controller/bind/fault_log.hpp"

#include "k8s/api/pod.hpp"

#include <bit>

namespace berth::controller {

void fault_log::plugin_threw(const scoring::plugin_fault& fault) {
  const std::uint64_t times = ++times_[{std::string(fault.plugin), std::string(fault.point)}];
  if (!std::has_single_bit(times)) return;
  log_.error(fault.message, "Plugin failed",
             {{"plugin", fault.plugin}, {"point", fault.point}, {"pod", fault.pod.key}, {"times", times}});
}

}  // namespace berth::controller
