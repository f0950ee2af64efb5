#pragma once

#include "scoring/cluster.hpp"
#include "scoring/diagnosis.hpp"
#include "scoring/engine/explanation.hpp"
#include "scoring/engine/extender_opinion.hpp"
#include "scoring/engine/judgement.hpp"
#include "scoring/engine/plugin_fault.hpp"
#include "scoring/engine/profile_config.hpp"
#include "scoring/plugin.hpp"
#include "scoring/registry.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A profile at work: plugins in the order in which they run, and the decision that they make together.
///
/// Made from a configuration when the process starts, lives until it ends; used on the cluster's strand. What it keeps
/// between cycles is derived from the cluster and checked against it in each, so it may be used with one cluster only.
/// Upstream: pkg/scheduler/schedule_one.go and framework/runtime, whose messages these are.
namespace berth::scoring {

struct placement {
  std::string node;
  std::size_t evaluated_nodes = 0;
  std::size_t feasible_nodes = 0;
};

/// A plugin broke; no node is to blame. `message` as kube-scheduler's: `running PreFilter plugin "X": ...`.
struct cycle_error {
  std::string message;
};

using decision = std::variant<placement, diagnosis, cycle_error>;
using shortlist = std::variant<candidates, diagnosis, cycle_error>;

class profile {
 public:
  /// Merges the configuration with the defaults and makes the plugins. Throws configuration_error naming the path.
  profile(const profile_config& config, const registry& plugins);
  ~profile();
  profile(profile&&) noexcept;

  const std::string& scheduler_name() const noexcept;
  /// Names of the plugins at a point, in order.
  std::vector<std::string> plugins_at(extension_point p) const;
  /// Whether one of the plugins asks to hear of what happens to objects of one of these kinds: see events_to_register.
  bool hears_of(std::span<const event_resource> kinds) const noexcept;
  /// Who is told of exceptions that no answer can carry; nobody at first. `to` outlives this, or is taken back with
  /// nullptr.
  void report_faults_to(fault_listener* to) noexcept;

  // ---- the queue's questions ---------------------------------------------------------------------------------------
  /// Success, or what the first plugin said that holds the pod back; it is named, and an error has the whole message.
  status pre_enqueue(const pod_info& pod, const cluster& nodes) const;
  /// False where the plugin throws. Neither that nor the plugin's own answers make this a strict weak order: whoever
  /// sorts by it must be safe with any answers.
  bool before(const queued_pod& a, const queued_pod& b) const;
  /// Whether the event may cure a refusal of this pod by any of these plugins. A refusal by none (a failure), by one
  /// that this profile does not know or whose hint throws, and an event of any resource and action always may.
  /// `by`, where there is one, is told of each plugin that is asked (plugin_point::queueing_hint).
  bool queueing_hint(const pod_info& pod, const std::vector<std::string>& refused_by, const cluster_event& event,
                     observer* by = nullptr) const;

  // ---- the decision -------------------------------------------------------------------------------------------------
  /// Filter, score and pick, over all nodes (or as many as percentageOfNodesToScore says); ties by `random`, each
  /// equally likely.
  decision schedule(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::mt19937_64& random);
  /// The first half of a decision that others have a say in: who may be chosen (at least one node), or why nobody may.
  /// Where the pod's nominated node fits and goes first, it alone is looked at.
  shortlist find_candidates(const pod_info& pod, const cluster& nodes, cycle_state& cycle, bool nominated_first = true);
  /// The second half: as `schedule`, over the cluster as it is now, among the nodes that were left and with the scores
  /// that were given. `cycle` is a fresh one.
  decision schedule(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::mt19937_64& random,
                    const extender_opinion& opinion);
  /// Every node's verdict and every score, and no pick. Nothing is cached.
  explanation explain(const pod_info& pod, const cluster& nodes);
  /// Filter alone, of the nodes asked about, and Score alone, of nodes on which the pod fits: for a process that
  /// decides elsewhere (an extender's client). Nothing is cached; `cycle` is new.
  judgement judge(const pod_info& pod, const cluster& nodes, const node_set& asked, cycle_state& cycle);
  rating rate(const pod_info& pod, const cluster& nodes, std::span<const node_id> asked, cycle_state& cycle);

  // ---- after it -----------------------------------------------------------------------------------------------------
  /// Reserves with all plugins, or with none: what a plugin refuses is unreserved with all, newest first. A rejection
  /// names its plugin (see diagnosis::after_choice); an error has the whole message.
  status reserve(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node);
  void unreserve(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node);
  struct permit_wait {
    std::string plugin;
    std::chrono::milliseconds timeout;  ///< at most 15 minutes
  };
  /// Success, a rejection, an error, or `wait` with whom to wait for.
  status permit(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node,
                std::vector<permit_wait>& waits);
  /// As words for people who do not see the plugin's name beside them: `running PreBind plugin "X": ...`, once.
  static std::string blame(std::string_view point, const status& why);
  /// Success, a rejection (plain reasons, with the plugin beside them), an error (the whole message), or `wait`: then
  /// it is to be called again with the same cycle, and goes on with the plugin that waits. Not `wait`, the same holds
  /// of `late` and of `bind`.
  pre_bind_result pre_bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node);
  /// Success, with the plugin that binds; `skip` where none does.
  status bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node);
  void post_bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node);

 private:
  std::int64_t weight_of(std::string_view plugin) const;

  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace berth::scoring
