#include "scoring/plugins/fit_events.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/reservations/reserved_nodes.hpp"
#include "scoring/reservations/reserved_room.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// NodeReservation counts room that a node's annotations reserve (reservations.hpp) as used for every pod but one of
/// the workload that it is for, and refuses nodes on which the pod's requests then do not fit, in the words of
/// NodeResourcesFit, which stays responsible for all else. It prefers nodes that hold a reservation for the pod's
/// workload. It reads the pod's requests, owner and namespace, the nodes' annotations and what is requested on them. No
/// upstream counterpart; no arguments.
///
/// Asked in each cycle, about the few nodes that have reservations: to keep its answers, each workload would have to be
/// a class of its own, for all plugins.
namespace berth::scoring {

namespace {

class node_reservation final : public plugin,
                               public pre_filter_plugin,
                               public filter_plugin,
                               public pre_score_plugin,
                               public score_plugin {
 public:
  std::string_view name() const override { return "NodeReservation"; }
  dependencies reads() const override { return {pod_requests | pod_owner | pod_namespace, reach::anywhere}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::assigned_pod, action_delete | action_scale_down},
            {event_resource::target_pod, action_scale_down},
            {event_resource::node, action_add | action_update_allocatable | action_update_annotations}};
  }

  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    if (e.resource == event_resource::node && e.new_node != nullptr) return has_more_room(pod, e.old_node, *e.new_node);
    return e.resource != event_resource::assigned_pod || placed_pod_frees_room(pod, e);
  }

  pre_filter_result pre_filter(const pod_info&, const cluster& nodes, cycle_state&) const override {
    if (nodes.part<reserved_nodes>().nodes().empty()) return {status::skipped(), std::nullopt};
    return {};
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state&, filter_column& column) const override {
    const reserved_room room(pod, nodes);
    nodes.part<reserved_nodes>().nodes().for_each([&](node_id n) {
      if (!column.nodes().contains(n)) return;
      reserved_room::answer left = room.on(n);
      if (!left.lacking.empty()) column.refuse(n, {code::unschedulable, std::move(left.lacking), {}});
    });
  }

  status pre_score(const pod_info& pod, const cluster& nodes, cycle_state&, std::span<const node_id>) const override {
    const reserved_nodes& reserved = nodes.part<reserved_nodes>();
    bool any = false;
    if (pod.spec().owner) reserved.nodes().for_each([&](node_id n) { any = any || holds_for(pod, reserved, n); });
    return any ? status::ok() : status::skipped();
  }

  status score(const pod_info& pod, const cluster& nodes, cycle_state&, score_column& column) const override {
    const reserved_nodes& reserved = nodes.part<reserved_nodes>();
    for (std::size_t i = 0; i < column.nodes().size(); ++i)
      column.scores()[i] = holds_for(pod, reserved, column.nodes()[i]) ? max_node_score : 0;
    return status::ok();
  }

 private:
  static bool holds_for(const pod_info& pod, const reserved_nodes& reserved, node_id n) {
    const std::vector<reservation>& there = reserved.on(n);
    return std::any_of(there.begin(), there.end(), [&](const reservation& r) { return is_for(r, pod.spec()); });
  }

  // What reservations leave of a node that is empty: all of them, or those alone that the pod cannot use.
  struct left_of {
    left_of(const k8s::node& n, const pod_info& pod) : node(n) {
      for (const reservation& r : reservations_of(n).good) {
        const bool own = is_for(r, pod.spec());
        for (const auto& [resource, amount] : r.amounts) {
          reserved& sum = sums[resource];
          const std::int64_t more = resource == "cpu" ? amount.milli_value() : amount.value();
          sum.all += more;
          if (!own) sum.by_others += more;
        }
      }
    }
    __int128 operator()(std::string_view resource, bool own_too) const {
      const __int128 has = amount_in(node.allocatable, resource);
      const auto there = sums.find(resource);
      if (there == sums.end()) return has;
      return has - (own_too ? there->second.all : there->second.by_others);
    }
    struct reserved {
      __int128 all = 0;
      __int128 by_others = 0;
    };
    const k8s::node& node;
    std::map<std::string, reserved, std::less<>> sums;
  };

  // Whether the pod fits the node when empty, and there is more left than before of something that it asks for.
  static bool has_more_room(const pod_info& pod, const k8s::node* before, const k8s::node& now) {
    const left_of is(now, pod);
    const std::optional<left_of> was =
        before == nullptr ? std::nullopt : std::optional<left_of>(std::in_place, *before, pod);
    bool more = !was;
    const auto look_at = [&](std::string_view resource, std::int64_t amount) {
      if (amount > is(resource, false)) return false;
      more = more || is(resource, true) > (*was)(resource, true) || is(resource, false) > (*was)(resource, false);
      return true;
    };
    bool fits = look_at("pods", 1);
    for (resource_id r = 0; r < first_scalar; ++r)
      if (pod.requests->amounts[r] != 0) fits = fits && look_at(fixed_resource_name(r), pod.requests->amounts[r]);
    for (const auto& [resource, amount] : pod.requests->scalars) fits = fits && look_at(resource, amount);
    return fits && more;
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_reservation(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<node_reservation>();
}

}  // namespace berth::scoring
