#pragma once

#include "k8s/api/node.hpp"
#include "k8s/text/keyed_hash.hpp"
#include "scoring/node_set.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Topology domains: nodes that agree in the value of a label, with a dense number for each value, so that what is
/// counted per domain is a column.
namespace berth::scoring {

/// The number of a domain in its topology. Numbers that no node has any more are given out again.
using domain_id = std::uint32_t;
inline constexpr domain_id no_domain = static_cast<domain_id>(-1);

/// By what nodes are divided.
struct topology_key {
  enum class by : std::uint8_t {
    label,           ///< a node without the label is in no domain
    label_or_empty,  ///< a node without the label is in the domain "", with those whose label is empty
    node_itself,     ///< each node is a domain, whatever its labels
  };
  std::string label;
  by how = by::label;

  bool operator==(const topology_key&) const = default;
};

/// Which domain each node is in. Owned by pod_tallies, which tells it of nodes; read by tallies.
class topology {
 public:
  explicit topology(topology_key key) : key_(std::move(key)) {}

  const topology_key& key() const noexcept { return key_; }
  domain_id of(node_id n) const noexcept { return n < of_.size() ? of_[n] : no_domain; }
  /// More than any number in use.
  std::size_t size() const noexcept { return nodes_in_.size(); }
  /// How many domains have a node.
  std::size_t in_use() const noexcept { return in_use_; }
  /// By node number; a number beyond the end is in no domain.
  std::span<const domain_id> column() const noexcept { return of_; }
  /// The nodes that are in some domain; its universe is the cluster's.
  const node_set& nodes(std::size_t universe) const {
    if (nodes_.universe() < universe) nodes_.resize(universe);
    return nodes_;
  }
  /// Calls f(node_id) for each node of the domain, in no order.
  template <class F>
  void for_each_in(domain_id d, F&& f) const {
    for (node_id n = first_[d]; n != no_node; n = links_[n].next) f(n);
  }
  /// "" for a domain that is a node itself.
  const std::string& value(domain_id d) const noexcept { return values_[d]; }

  void enter(node_id n, const k8s::node& node);
  void leave(node_id n);

 private:
  /// The nodes of a domain are a list, linked in both directions.
  struct link {
    node_id next = no_node;
    node_id before = no_node;
  };
  domain_id number_of(const std::string& value);
  void join(node_id n, domain_id d);
  void part(node_id n, domain_id d);

  topology_key key_;
  std::vector<domain_id> of_;  // by node number
  std::vector<link> links_;    // by node number
  mutable node_set nodes_;
  std::size_t in_use_ = 0;
  std::vector<std::uint32_t> nodes_in_;  // by domain
  std::vector<node_id> first_;           // by domain
  std::vector<std::string> values_;      // by domain
  std::vector<domain_id> free_;
  k8s::text_map<domain_id> by_value_;
};

}  // namespace berth::scoring
