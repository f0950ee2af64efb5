#include "scoring/plugins/plugins.hpp"

/// NodeName refuses every node but the one that spec.nodeName names. It reads that and the node's name.
/// Upstream: plugins/nodename; PreFilter since 1.37.
namespace berth::scoring {

namespace {

constexpr auto other_node = "node(s) didn't match the requested node name";

class node_name final : public plugin, public pre_filter_plugin, public filter_plugin {
 public:
  std::string_view name() const override { return "NodeName"; }
  dependencies reads() const override { return {pod_node_rules, reach::own_object}; }
  std::vector<event_interest> events_to_register() const override { return {{event_resource::node, action_add}}; }

  pre_filter_result pre_filter(const pod_info& pod, const cluster&, cycle_state&) const override {
    if (pod.pod->node_name.empty()) return {};
    return {status::ok(), std::vector<std::string>{pod.pod->node_name}};
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state&, filter_column& column) const override {
    const std::string& wanted = pod.pod->node_name;
    if (wanted.empty()) return;
    node_set that(column.nodes().universe());
    if (const node_id n = nodes.find_node(wanted); n != no_node) that.insert(n);
    column.keep_only(that, column.reason(status::unresolvable(other_node)));
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_name(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<node_name>();
}

}  // namespace berth::scoring
