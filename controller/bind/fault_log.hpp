#pragma once

#include "controller/runtime/log.hpp"
#include "scoring/engine/plugin_fault.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

/// Writes what plugins threw, where no answer carries it, to the log.
///
/// A QueueSort or a hint is called for every pod, so one that is broken throws by the thousand: of the faults of one
/// plugin at one point the 1st, 2nd, 4th, 8th and so on are written, with their number. On the one strand.
namespace berth::controller {

class fault_log final : public scoring::fault_listener {
 public:
  explicit fault_log(const log& out) : log_(out) {}
  void plugin_threw(const scoring::plugin_fault& fault) override;

 private:
  const log& log_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> times_;  ///< by plugin and point
};

}  // namespace berth::controller
