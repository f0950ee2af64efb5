#include "scoring/plugins/plugins.hpp"

/// DefaultBinder binds any pod: it asks the process to POST the Binding. It reads nothing. Upstream:
/// plugins/defaultbinder.
namespace berth::scoring {

namespace {

class default_binder final : public plugin, public bind_plugin {
 public:
  std::string_view name() const override { return "DefaultBinder"; }
  dependencies reads() const override { return {0, reach::own_node}; }
  std::vector<event_interest> events_to_register() const override { return {}; }

  status bind(const pod_info& pod, const cluster&, cycle_state& cycle, std::string_view node) override {
    cycle.out().log(3, "Attempting to bind pod to node", {{"pod", pod.pod->key}, {"node", node}});
    cycle.out().add(bind_pod{std::string(node)});
    return status::ok();
  }
};

}  // namespace

std::unique_ptr<plugin> make_default_binder(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<default_binder>();
}

}  // namespace berth::scoring
