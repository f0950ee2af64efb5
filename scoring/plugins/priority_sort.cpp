#include "scoring/plugins/plugins.hpp"

/// PrioritySort orders the queue: higher priority first, then who has waited longer. It reads the pod alone.
/// Upstream: plugins/queuesort.
namespace berth::scoring {

namespace {

class priority_sort final : public plugin, public queue_sort_plugin {
 public:
  std::string_view name() const override { return "PrioritySort"; }
  dependencies reads() const override { return {0, reach::own_node}; }
  std::vector<event_interest> events_to_register() const override { return {}; }

  bool before(const queued_pod& a, const queued_pod& b) const override {
    const std::int32_t of_a = a.pod->spec().priority;
    const std::int32_t of_b = b.pod->spec().priority;
    return of_a > of_b || (of_a == of_b && a.queued_at < b.queued_at);
  }
};

}  // namespace

std::unique_ptr<plugin> make_priority_sort(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<priority_sort>();
}

}  // namespace berth::scoring
