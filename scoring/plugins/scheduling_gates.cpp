#include "scoring/plugins/plugins.hpp"

#include <fmt/format.h>

/// SchedulingGates keeps a pod out of the queue while spec.schedulingGates has entries. It reads the pod alone.
/// Upstream: plugins/schedulinggates. The message reaches logs and metrics, never an event.
namespace berth::scoring {

namespace {

constexpr auto waiting = "waiting for scheduling gates: [{}]";

class scheduling_gates final : public plugin, public pre_enqueue_plugin {
 public:
  std::string_view name() const override { return "SchedulingGates"; }
  dependencies reads() const override { return {0, reach::own_node}; }
  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::target_pod, action_gates_eliminated}};
  }

  status pre_enqueue(const pod_info& pod, const cluster&) const override {
    const std::vector<std::string>& gates = pod.pod->scheduling_gates;
    if (gates.empty()) return status::ok();
    return status::unresolvable(fmt::format(waiting, fmt::join(gates, " ")));
  }
};

}  // namespace

std::unique_ptr<plugin> make_scheduling_gates(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<scheduling_gates>();
}

}  // namespace berth::scoring
