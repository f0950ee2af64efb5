#include "scoring/plugin.hpp"

namespace berth::scoring {

cycle_state cycle_state::clone() const {
  cycle_state copy;
  for (const slot& s : slots_) copy.slots_.push_back({s.plugin, s.copy(s.state), s.copy});
  return copy;
}

bool plugin::queueing_hint(const pod_info&, const cluster_event&) const { return true; }

void node_filter_plugin::filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                filter_column& column) const {
  // Neighbours tend to be refused for one reason.
  status last;
  refusal_id last_id = 0;
  column.for_each([&](node_id n) {
    status s = filter_node(pod, nodes, cycle, n);
    if (s.is_ok()) return;
    if (last_id == 0 || s != last) {
      last_id = column.reason(s);
      last = std::move(s);
    }
    column.refuse(n, last_id);
  });
}

status score_plugin::normalize(const pod_info&, const cluster&, cycle_state&, score_column&) const {
  return status::ok();
}

status score_plugin::score_bytes(const pod_info&, const cluster&, cycle_state&, byte_column&) const {
  return status::skipped();
}

status node_score_plugin::score(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                score_column& column) const {
  for (std::size_t i = 0; i < column.nodes().size(); ++i)
    column.scores()[i] = score_node(pod, nodes, cycle, column.nodes()[i]);
  return status::ok();
}

}  // namespace berth::scoring
