#pragma once

#include "test/reference/snapshot.hpp"
#include "test/reference/status.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

/// A plugin in one cycle of one pod. Its members are what upstream keeps in the CycleState; a trial (nominated pods,
/// preemption) is made on a clone. Which of these functions are called says the profile.
///
/// The cluster in `question` stays as it was when the cycle began; what changes in a trial are the node's list of pods,
/// as it is handed to `filter`, and what add_pod and remove_pod tell.
namespace berth::reference {

struct question {
  const k8s::pod& pod;
  const snapshot& cluster;
};

class plugin {
 public:
  virtual ~plugin() = default;
  virtual std::unique_ptr<plugin> clone() const = 0;

  /// `only`, where it is set: no other nodes need be looked at.
  virtual status pre_filter(const question&, std::optional<std::set<std::string>>& /*only*/) { return {}; }
  virtual status filter(const question&, const node_state&) { return {}; }
  /// PreFilterExtensions: how the state changes when another pod comes to the node, or leaves it.
  virtual void add_pod(const question&, const k8s::pod& /*other*/, const k8s::node&) {}
  virtual void remove_pod(const question&, const k8s::pod& /*other*/, const k8s::node&) {}

  virtual status pre_score(const question&, const std::vector<const node_state*>& /*feasible*/) { return {}; }
  virtual std::int64_t score(const question&, const node_state&) { return 0; }
  /// NormalizeScore: raw scores of all feasible nodes, in their order, to 0..100.
  virtual void normalize(std::span<std::int64_t>) {}
};

/// Gives a plugin its clone().
template <class Self>
class plugin_base : public plugin {
 public:
  std::unique_ptr<plugin> clone() const override { return std::make_unique<Self>(static_cast<const Self&>(*this)); }
};

/// The largest becomes 100, the others in proportion; reversed, the largest becomes 0. Upstream: DefaultNormalizeScore.
void default_normalize(std::span<std::int64_t> scores, bool reversed);

}  // namespace berth::reference
