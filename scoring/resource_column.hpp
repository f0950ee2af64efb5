#pragma once

#include "scoring/cluster.hpp"

#include <cstdint>
#include <span>
#include <string_view>

/// One resource over all nodes of a cluster, whether it has columns of its own there or not (see resource_names).
///
/// A value that borrows the name and the cluster: good until the next change of the cluster, and while the name lives.
namespace berth::scoring {

class resource_column {
 public:
  resource_column(std::string_view name, const cluster& nodes);

  std::string_view name() const noexcept { return name_; }
  /// No node has any of it.
  bool absent() const noexcept { return allocatable_.empty() && nodes_->nodes_beyond_columns().empty(); }
  /// It has columns: the two spans by node number, else they are empty.
  bool dense() const noexcept { return !allocatable_.empty(); }
  std::span<const std::int64_t> allocatable() const noexcept { return allocatable_; }
  std::span<const std::int64_t> requested() const noexcept { return requested_; }

  /// n is in nodes().
  std::int64_t allocatable(node_id n) const {
    if (dense()) return allocatable_[n];
    return nodes_->nodes_beyond_columns().contains(n) ? nodes_->allocatable_of(n, name_) : 0;
  }
  std::int64_t requested(node_id n) const { return dense() ? requested_[n] : nodes_->requested_of(n, name_); }

 private:
  std::string_view name_;
  const cluster* nodes_;
  std::span<const std::int64_t> allocatable_;
  std::span<const std::int64_t> requested_;
};

}  // namespace berth::scoring
