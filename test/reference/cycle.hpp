#pragma once

#include "test/reference/plugin.hpp"
#include "test/reference/profile.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// One pod's cycle: its plugins with what they have found out, asked at one extension point after another.
/// Upstream: framework/runtime/framework.go, whose messages these are.
namespace berth::reference {

class cycle {
 public:
  /// What is given outlives this.
  cycle(const profile& p, const k8s::pod& pod, const snapshot& cluster);
  /// For a trial: what changes in it does not change this.
  cycle clone() const;

  struct pre_filter_result {
    status what;
    std::optional<std::set<std::string>> only;  ///< no other nodes need be looked at
    std::set<std::string> narrowed_by;          ///< the plugins that said so
  };
  pre_filter_result pre_filter();

  void add_pod(const k8s::pod& other, const k8s::node& node);
  void remove_pod(const k8s::pod& other, const k8s::node& node);

  /// Filters as the node is, and before that with the nominated pods of equal or higher priority, where there are any.
  /// The first refusal, or an error with the whole message. Upstream: RunFilterPluginsWithNominatedPods.
  status filter(const node_state& node);

  struct scores {
    std::string error;
    /// By node in order, plugin by plugin: normalised and weighted.
    std::vector<std::map<std::string, std::int64_t>> by_node;
  };
  scores score(const std::vector<const node_state*>& feasible);

  const k8s::pod& pod() const { return question_.pod; }
  const snapshot& cluster() const { return question_.cluster; }

 private:
  status filter_once(const node_state& node);

  const profile& profile_;
  question question_;
  std::map<std::string, std::unique_ptr<plugin>> plugins_;
  std::set<std::string> skipped_filters_;
  std::set<std::string> skipped_scores_;
};

}  // namespace berth::reference
