#pragma once

#include "scoring/registry.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// For tests of plugins: what becomes of the pending pods of a small cluster that the test writes out.
///
///   const auto said = berth::controller::judge(plugins, "", R"(
///     {kind: Node, apiVersion: v1, metadata: {name: small}, status: {allocatable: {cpu: 1, pods: 10}}}
///     ---
///     {kind: Pod, apiVersion: v1, metadata: {name: web}, spec: {containers: [{name: c, image: nginx}]}})");
///   assert(said.pod("web").best == std::vector<std::string>{"small"});
///
/// Pure: no API server, no files, no clock, and the same every time. The decision is made by the code that makes it in
/// a running scheduler, by way of `berth explain`. Text may be JSON or YAML: a KubeSchedulerConfiguration (empty: the
/// default plugins, for every pod whatever its schedulerName), and what `kubectl get nodes,pods,ns -A -o yaml` prints,
/// or documents written by hand. What is wrong in them is thrown as a std::runtime_error that names text and field:
/// "configuration: profiles[0].pluginConfig[0].args.limit: is required", "cluster: document 2: Pod web: spec. ...".
namespace berth::controller {

/// What one node was found to be.
struct judged_node {
  std::string name;
  std::string refused_by;                      ///< the plugin; "" where the pod can run here
  std::string reason;                          ///< the plugin's words, "" where the pod can run here
  std::map<std::string, std::int64_t> scores;  ///< by plugin: 0 to 100, times its weight
  std::int64_t total = 0;

  bool fits() const noexcept { return refused_by.empty(); }
};

struct judged_pod {
  std::string name;                 ///< "default/web"
  std::string message;              ///< why it waits, as in its FailedScheduling event; "" where it can be placed
  std::vector<std::string> best;    ///< the nodes with the highest total, by name: it goes to any one of them
  std::vector<judged_node> nodes;   ///< by name; none where the pod was refused before any node was looked at
  std::string placed_on;            ///< rehearse() alone: its node, "" for none
  std::vector<std::string> permit;  ///< rehearse() alone: the plugins whose Permit has it wait, on `placed_on`

  /// Throws std::out_of_range that names those there are.
  const judged_node& node(std::string_view name) const;
};

struct judgement {
  std::vector<judged_pod> pods;  ///< those that wait for a profile of the configuration
  /// rehearse() alone: exceptions of plugins that no pod's message names (QueueSort, Unreserve, PostBind).
  std::vector<std::string> faults;
  std::string text;  ///< as `berth explain` prints it: for a failed test's output

  /// By "web" (in the namespace default) or "shop/web". Throws std::out_of_range that names those there are.
  const judged_pod& pod(std::string_view name) const;
};

/// Each pending pod by itself, over the cluster as written: PreEnqueue, Filter, Score.
judgement judge(const scoring::registry& plugins, std::string_view configuration, std::string_view cluster);

/// One pending pod after another, in queue order, each taking its room before the next is looked at: as a running
/// scheduler would, with Reserve and Permit; then PreBind and PostBind of those that have a node. Among equally good
/// nodes `seed` decides.
judgement rehearse(const scoring::registry& plugins, std::string_view configuration, std::string_view cluster,
                   std::uint64_t seed = 0);

}  // namespace berth::controller
