#pragma once

#include "scoring/registry.hpp"

#include <memory>

/// The makers of this folder's plugins, one line each; `default_registry` enters them under their names. What a plugin
/// does stands at the top of its own file.
namespace berth::scoring {

std::unique_ptr<plugin> make_scheduling_gates(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_priority_sort(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_node_name(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_node_unschedulable(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_taint_toleration(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_node_affinity(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_node_declared_features(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_node_ports(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_node_resources_fit(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_node_resources_balanced_allocation(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_image_locality(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_inter_pod_affinity(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_pod_topology_spread(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_default_preemption(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_default_binder(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_max_pod_count(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_node_reservation(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_node_label_filter(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_node_label_score(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_volume_restrictions(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_node_volume_limits(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_volume_binding(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_volume_zone(arguments& args, const plugin_context& context);
std::unique_ptr<plugin> make_trace(arguments& args, const plugin_context& context);

}  // namespace berth::scoring
