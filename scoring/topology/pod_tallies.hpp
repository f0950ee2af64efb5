#pragma once

#include "k8s/text/keyed_hash.hpp"
#include "scoring/cluster.hpp"
#include "scoring/index_part.hpp"
#include "scoring/topology/tally.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

/// The index of pods by kind and of what is summed over them: topologies, scopes and tallies, brought up to date with
/// each pod that is placed or removed and each node that changes its labels or taints.
///
/// A kind is what tells pods apart here: namespace, labels, affinity and anti-affinity. Who matches what is found out
/// once for each kind and tally, not for each pod: the tallies that a kind adds to are its feeds. A pod that is placed
/// costs a step per feed.
///
/// Tallies are found by content and shared by all who ask for the same. One that nobody holds any more is dropped at
/// the next sweep, which comes when the table has doubled. Kinds without pods are dropped once there are more of them
/// than of others, and 512 more.
namespace berth::scoring {

class pod_tallies final : public index_part {
 public:
  pod_tallies() : identity_(std::make_shared<char>()) {}

  /// The tally of that content; counted from the placed pods where it is new. `nodes` is the cluster of this part.
  std::shared_ptr<const tally> find(const cluster& nodes, tally_wish wish) const;

  /// The domains by that key.
  std::shared_ptr<topology> find_topology(const cluster& nodes, const topology_key& key) const;

  /// The topology keys of terms that placed pods have: of their required anti-affinity, and of all other terms. Keys
  /// may stay for a while after the last such pod has gone.
  using keys = std::map<std::string, std::size_t, std::less<>>;
  const keys& anti_affinity_keys() const noexcept { return anti_affinity_keys_; }
  const keys& other_affinity_keys() const noexcept { return other_affinity_keys_; }
  /// Whether some node has this label. A key that no node has divides nothing: whoever counts by keys that pods name
  /// asks first, for a pod can name tens of thousands.
  bool is_node_label(std::string_view key) const { return node_labels_.contains(key); }
  /// Moves on when one of these three changes.
  std::uint64_t keys_generation() const noexcept { return keys_generation_; }

  /// Tells this part from any other, also from one at the same address later.
  const std::shared_ptr<const void>& identity() const noexcept { return identity_; }

  void node_changed(node_id n, const k8s::node* before, const k8s::node& now) override;
  void node_removed(node_id n, const k8s::node& last) override;
  void pod_placed(node_id n, const pod_info& pod) override;
  void pod_removed(node_id n, const pod_info& pod) override;

 private:
  struct pods {
    std::int32_t all = 0;
    std::int32_t terminating = 0;
  };
  struct feed {
    tally* into;
    pod_weight each;
  };
  struct kind {
    std::shared_ptr<const k8s::pod_spec> like;  ///< one of the specs
    std::size_t specs = 0;                      ///< how many placed specs are of this kind
    std::unordered_map<node_id, pods> on;
    std::vector<feed> feeds;
  };
  struct placed_spec {
    kind* of;
    std::size_t pods;
  };
  /// Which kinds and tallies have to do with one another: all that share a label, or are about affinity.
  struct posting {
    std::vector<kind*> kinds;
    std::vector<tally*> tallies;
  };
  using label = std::pair<std::string, std::string>;

  kind& kind_of(const pod_info& pod);
  void enter_postings(kind& k) const;
  void enter_many_labels(kind& k) const;
  posting& posting_of(const weigher& w) const;
  static void ask(const tally& t, kind& k);
  static void add(const kind& k, node_id n, pods count, std::int64_t sign);
  void move_pods(node_id n, std::int64_t sign);
  void count_keys(const k8s::pod_spec& spec, bool in);
  void count_labels(const k8s::node& node, bool in);
  std::shared_ptr<scope> find_scope(const cluster& nodes, const scope_rules& rules) const;
  std::shared_ptr<census> find_census(const cluster& nodes, const tally_wish& wish) const;
  void sweep_tallies() const;
  void sweep_kinds();
  static constexpr std::size_t few = 256;

  std::shared_ptr<const void> identity_;
  std::unordered_multimap<std::size_t, std::unique_ptr<kind>> kinds_;  ///< by hash
  std::unordered_map<const k8s::pod_spec*, placed_spec> specs_;
  std::vector<std::vector<kind*>> kinds_on_;  ///< by node number
  std::size_t idle_kinds_ = 0;                ///< those without pods

  // What is made when first asked for, from what is above: so it may be made by a reader.
  mutable std::map<label, posting> by_label_;
  mutable std::vector<kind*>
      with_many_labels_;  ///< in no posting of by_label_: whoever asks for a label asks these too
  mutable posting about_affinity_;
  mutable posting about_all_;
  mutable k8s::text_map<std::shared_ptr<topology>> topologies_;
  mutable k8s::text_map<std::shared_ptr<scope>> scopes_;
  mutable k8s::text_map<std::shared_ptr<census>> censuses_;
  mutable k8s::text_map<std::shared_ptr<tally>> tallies_;
  mutable std::size_t sweep_tallies_at_ = 256;

  keys anti_affinity_keys_;
  keys other_affinity_keys_;
  k8s::text_map<std::size_t> node_labels_;  ///< how many nodes have a label of that key
  std::uint64_t keys_generation_ = 0;
};

}  // namespace berth::scoring
