#pragma once

#include "k8s/text/value_reader.hpp"
#include "scoring/engine/profile.hpp"
#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// One plugin of the default registry, alone in a profile, over a small cluster.
namespace berth::test {

using namespace berth::scoring;

class one_plugin {
 public:
  /// `args` in YAML or JSON. Enabled at these points; none given: wherever it takes part.
  explicit one_plugin(std::string name, std::string_view args = "", std::vector<extension_point> points = {})
      : name_(std::move(name)), profile_(configured(name_, args, points), default_registry()) {}

  one_plugin& node(k8s::node_ptr n) { return cluster_.set_node(std::move(n)), *this; }
  one_plugin& placed(k8s::pod_ptr pod) { return place(cluster_.intern(pod), pod->node_name), *this; }
  one_plugin& gone(const std::string& uid) { return cluster_.remove(uid), *this; }
  one_plugin& ns(k8s::namespace_ptr n) { return cluster_.set_namespace(std::move(n)), *this; }

  explanation judge(const k8s::pod_ptr& pod) { return profile_.explain(cluster_.intern(pod), cluster_); }

  /// What the pod hears of a node: "fits", or "Unschedulable: Insufficient cpu, Insufficient memory". Of the first by
  /// name where none is named.
  std::string verdict(const k8s::pod_ptr& pod, std::string_view node = "") {
    const explanation e = judge(pod);
    if (!e.error.empty()) return e.error;
    for (const node_verdict& v : e.nodes) {
      if (!node.empty() && v.name != node) continue;
      return v.refused == nullptr ? "fits" : std::string(name_of(v.refused->what)) + ": " + v.refused->message();
    }
    return "no such node";
  }
  /// As FailedScheduling has it.
  std::string message(const k8s::pod_ptr& pod) { return judge(pod).why.message(); }

  /// Normalised, by name of the nodes; empty where PreScore skipped the plugin.
  std::vector<std::int64_t> scores(const k8s::pod_ptr& pod) {
    std::vector<std::int64_t> out;
    for (const node_verdict& v : judge(pod).nodes)
      for (const auto& [plugin, score] : v.scores)
        if (plugin == name_) out.push_back(score);
    return out;
  }

  bool cures(const k8s::pod_ptr& pod, const cluster_event& event) {
    return profile_.queueing_hint(cluster_.intern(pod), {name_}, event);
  }

  profile& at_work() { return profile_; }
  live_cluster& nodes() { return cluster_; }

 private:
  static profile_config configured(const std::string& name, std::string_view args,
                                   const std::vector<extension_point>& points) {
    profile_config c;
    c.scheduler_name = "berth";
    c.multi_point.disabled.push_back({"*", 0, ""});
    for (const char* needed : {"PrioritySort", "DefaultBinder"})
      if (name != needed) c.multi_point.enabled.push_back({needed, 0, ""});
    if (points.empty()) c.multi_point.enabled.push_back({name, 1, ""});
    for (const extension_point p : points) c.points[static_cast<std::size_t>(p)].enabled.push_back({name, 1, ""});
    if (!args.empty()) c.arguments.push_back({name, k8s::read_value(args, "args").value(), "args"});
    return c;
  }
  void place(const pod_info& pod, const std::string& node) { cluster_.place(pod, node); }

  std::string name_;
  live_cluster cluster_;
  profile profile_;
};

/// The plugin's Score without its Filter.
inline const std::vector<extension_point> only_scored{extension_point::pre_score, extension_point::score};

/// A node with nothing but these.
inline k8s::node_ptr node_of(std::string name, amounts allocatable) {
  k8s::node n = make_node(std::move(name)).empty();
  n.allocatable = resources_of(allocatable);
  return std::make_shared<const k8s::node>(std::move(n));
}

/// A pod with one container for each of these requests.
inline make_pod pod_of(std::string name, std::vector<amounts> containers) {
  make_pod pod(std::move(name));
  pod.without_containers();
  for (const amounts& requests : containers) pod.with(make_container("c").requests(requests));
  return pod;
}

inline cluster_event node_event(std::uint32_t actions, const k8s::node* before, const k8s::node* after) {
  cluster_event e;
  e.resource = event_resource::node;
  e.actions = actions;
  e.old_node = before;
  e.new_node = after;
  return e;
}

inline cluster_event pod_event(event_resource which, std::uint32_t actions, const k8s::pod* before,
                               const k8s::pod* after) {
  cluster_event e;
  e.resource = which;
  e.actions = actions;
  e.old_pod = before;
  e.new_pod = after;
  return e;
}

}  // namespace berth::test
