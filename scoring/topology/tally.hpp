#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/topology/scope.hpp"
#include "scoring/topology/topology.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// A tally: a sum over placed pods in each topology domain. What it sums is said by a weigher, which looks at one pod
/// of a kind for all of them.
///
///   tally_wish wish;
///   wish.key.label = "topology.kubernetes.io/zone";
///   wish.what = ...;                                            // 1 for a pod with the label app=web, else 0
///   const auto webs = nodes.part<pod_tallies>().find(nodes, wish);
///   if (webs->on(n) > 5) ...                                    // more than five of them in the zone of node n
namespace berth::scoring {

/// What one pod adds.
struct pod_weight {
  std::int64_t sum = 0;
  std::int64_t matches = 0;  ///< how many things matched, to tell "nothing did" from a sum that came out as 0

  bool operator==(const pod_weight&) const = default;
};

/// Immutable. Two of one identity() weigh everything alike.
class weigher {
 public:
  virtual ~weigher() = default;
  /// Looks at the spec's namespace, labels and rules about other pods, and at nothing else.
  virtual pod_weight weigh(const k8s::pod_spec& placed) const = 0;
  virtual std::string identity() const = 0;

  /// Which placed pods it must be asked about. Every other pod weighs nothing.
  struct asked {
    enum class about : std::uint8_t { every_pod, pods_with_affinity, pods_with_label };
    about who = about::every_pod;
    std::pair<std::string, std::string> label = {};
  };
  virtual asked asks() const { return {}; }
};

struct tally_wish {
  topology_key key;
  scope_rules where;
  bool terminating = true;  ///< whether pods that are being deleted count
  std::shared_ptr<const weigher> what;
};

/// The domains that have a node in a scope.
struct census {
  std::shared_ptr<topology> by;
  std::shared_ptr<scope> within;
  std::vector<std::uint32_t> nodes;  ///< by domain: how many are in the scope
  std::size_t domains = 0;           ///< that have any

  void enter(node_id n);
  void leave(node_id n);
};

/// Kept up to date by pod_tallies; read on the cluster's strand.
class tally {
 public:
  /// The smallest sum of a domain that has a node in the scope, how many have it, and the smallest of the others.
  struct least {
    std::int64_t sum = 0;
    std::size_t domains = 0;
    std::int64_t next = 0;  ///< good where only one domain has the least, and there are others
  };

  tally(std::shared_ptr<census> where, tally_wish wish) : where_(std::move(where)), wish_(std::move(wish)) {}

  const topology& by() const noexcept { return *where_->by; }
  domain_id domain(node_id n) const noexcept { return where_->by->of(n); }
  /// Whether pods on this node count.
  bool counts(node_id n) const noexcept { return domain(n) != no_domain && where_->within->contains(n); }
  std::int64_t at(domain_id d) const noexcept { return d < sums_.size() ? sums_[d] : 0; }
  /// In the domain of this node; 0 where it is in none.
  std::int64_t on(node_id n) const noexcept { return at(domain(n)); }
  /// The nodes in whose domain the sum is above 0; its universe is the cluster's. Kept up to date once it was asked
  /// for.
  const node_set& positive(std::size_t universe) const;
  /// Adds to each score what `on` says of the node.
  void add_to(std::span<const node_id> nodes, std::span<std::int64_t> scores) const;
  /// How many things matched, over all domains; 0: no placed pod matched anything on any node that counts.
  std::int64_t matches() const noexcept { return matches_; }
  /// How many domains have a node in the scope.
  std::size_t domains() const noexcept { return where_->domains; }
  /// Looks at all domains.
  least find_least() const;

 private:
  friend class pod_tallies;
  void add(node_id n, std::int64_t pods, const pod_weight& each);
  /// The node is in its domain from now on; it leaves it now. Its pods are told of apart.
  void node_entered(node_id n);
  void node_leaves(node_id n);

  std::shared_ptr<census> where_;
  tally_wish wish_;
  std::vector<std::int64_t> sums_;  // by domain
  std::int64_t matches_ = 0;
  mutable std::optional<node_set> positive_;
};

}  // namespace berth::scoring
