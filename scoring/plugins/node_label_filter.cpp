#include "k8s/api/selector_faults.hpp"
#include "scoring/plugins/plugins.hpp"

#include <fmt/format.h>

#include <string>

/// NodeLabelFilter refuses nodes that lack one of some labels, or carry it with another value; for every pod of the
/// profile, whatever the pod asks for itself. It reads the node's labels alone. Under preScore it only looks: at level
/// 3 it logs how many nodes are feasible, where there is more than one (with one there is nothing to score, and
/// PreScore is not asked). No upstream counterpart; what NodeAffinity does for the pods that ask for it.
///
/// Arguments
///   labels    required, not empty: key: value, all of which a node must carry
///   message   the reason; {node} stands for the node's name
///
/// A message with {node} is a reason for each node: "0/2 nodes are available: 1 Node: a, 1 Node: b." Deleting pods
/// brings no label, so a refusal is for good: preemption need not look.
namespace berth::scoring {

namespace {

constexpr auto default_message = "Node: {node}";
constexpr std::string_view placeholder = "{node}";

class node_label_filter final : public plugin, public filter_plugin, public pre_score_plugin {
 public:
  node_label_filter(k8s::string_map labels, std::string message)
      : wanted_{std::move(labels), {}},
        message_(std::move(message)),
        names_node_(message_.find(placeholder) != std::string::npos) {}

  std::string_view name() const override { return "NodeLabelFilter"; }
  dependencies reads() const override { return {0, reach::own_object}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::node, action_add | action_update_labels}};
  }
  bool queueing_hint(const pod_info&, const cluster_event& e) const override {
    if (e.new_node == nullptr) return true;
    return lets_in(*e.new_node) && (e.old_node == nullptr || !lets_in(*e.old_node));
  }

  void filter(const pod_info&, const cluster& nodes, cycle_state&, filter_column& column) const override {
    const refusal_id of_all = names_node_ ? 0 : column.reason(status::unresolvable(message_));
    column.for_each([&](node_id n) {
      const k8s::node& node = nodes.node(n);
      if (lets_in(node)) return;
      column.refuse(n, names_node_ ? column.reason(status::unresolvable(message_for(node.name))) : of_all);
    });
  }

  status pre_score(const pod_info& pod, const cluster&, cycle_state& cycle,
                   std::span<const node_id> feasible) const override {
    cycle.out().log(3, "NodeLabelFilter saw the feasible nodes",
                    {{"pod", pod.pod->key}, {"feasibleNodes", feasible.size()}});
    return status::ok();
  }

 private:
  bool lets_in(const k8s::node& node) const { return wanted_.matches(node.labels); }

  std::string message_for(std::string_view node) const {
    std::string text = message_;
    for (std::size_t at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at)) {
      text.replace(at, placeholder.size(), node);
      at += node.size();
    }
    return text;
  }

  k8s::label_selector wanted_;
  std::string message_;
  bool names_node_;
};

}  // namespace

std::unique_ptr<plugin> make_node_label_filter(arguments& args, const plugin_context&) {
  k8s::string_map labels = args.string_map("labels").value_or(k8s::string_map{});
  if (labels.empty()) args.fail("labels", "must name at least one label");
  for (const auto& [key, value] : labels) {
    if (!is_qualified_name(key)) args.fail("labels", fmt::format("\"{}\" is not a label key", key));
    // What no node can carry would refuse all of them for ever.
    if (const std::string why = k8s::label_value_fault(value); !why.empty())
      args.fail("labels." + key, fmt::format("\"{}\" is not a label value: {}", value, why));
  }
  std::string message = args.text_or("message", default_message);
  if (message.empty()) args.fail("message", "must not be empty");
  args.finish();
  return std::make_unique<node_label_filter>(std::move(labels), std::move(message));
}

}  // namespace berth::scoring
