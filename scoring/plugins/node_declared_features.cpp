#include "scoring/explains.hpp"
#include "scoring/plugins/plugins.hpp"

#include <string>

/// NodeDeclaredFeatures refuses nodes that do not declare every feature that the pod needs. Which features a pod needs
/// follows from its spec; the node's are in its status.declaredFeatures. Upstream: plugins/nodedeclaredfeatures.
namespace berth::scoring {

namespace {

constexpr auto undeclared = "node(s) didn't match Pod's required features";

class node_declared_features final : public plugin, public pre_filter_plugin, public filter_plugin, public explains {
 public:
  std::string_view name() const override { return "NodeDeclaredFeatures"; }
  dependencies reads() const override { return {pod_node_rules, reach::own_object}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::node, action_add | action_update_declared_features},
            {event_resource::target_pod, action_update}};
  }
  bool queueing_hint(const pod_info&, const cluster_event& e) const override {
    if (e.resource == event_resource::target_pod)
      return e.old_pod == nullptr || e.new_pod == nullptr ||
             e.old_pod->spec->needed_features != e.new_pod->spec->needed_features;
    return e.old_node == nullptr || e.new_node == nullptr ||
           e.old_node->declared_features != e.new_node->declared_features;
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster&, cycle_state&) const override {
    return {pod.spec().needed_features == 0 ? status::skipped() : status::ok(), std::nullopt};
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state&, filter_column& column) const override {
    if (pod.spec().needed_features == 0) return;
    const refusal_id why = column.reason(status::unresolvable(undeclared));
    column.for_each([&](node_id n) {
      if (lacking(pod, nodes, n) != 0) column.refuse(n, why);
    });
  }

  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state&, node_id n) const override {
    std::vector<shortfall> out;
    for (const std::string_view feature : k8s::names_of(lacking(pod, nodes, n)))
      out.push_back({"does not declare the feature " + std::string(feature)});
    return out;
  }

 private:
  static k8s::declared_features lacking(const pod_info& pod, const cluster& nodes, node_id n) {
    return static_cast<k8s::declared_features>(pod.spec().needed_features & ~nodes.node(n).declared_features);
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_declared_features(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<node_declared_features>();
}

}  // namespace berth::scoring
