#pragma once

#include "scoring/index_part.hpp"
#include "scoring/preemption/choice.hpp"
#include "scoring/preemption/ladder.hpp"

#include <array>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <vector>

/// What the eviction on a node costs at least, told from sums alone: the search for the best node tries victims on few
/// nodes only. On the cluster's strand.
namespace berth::scoring {

/// The real cost (choice.hpp) is never less; absent where no eviction makes room for the pod. `beside` are pods that
/// are nominated to the node: those that hold their room against this one have to fit too.
///
/// It goes by cpu, memory, ephemeral storage and the number of pods, which NodeResourcesFit compares: of a profile that
/// does not ask it, this says nothing. n is in nodes.nodes().
std::optional<eviction_cost> least_cost(const pod_info& pod, const cluster& nodes, const ladder& rungs, node_id n,
                                        std::span<const pod_info> beside = {});

/// The same of all nodes, kept for pods of one priority and equal requests: the next one costs a look at the nodes that
/// changed. A part of the index; keeps the last few kinds of pods.
class known_bounds final : public index_part {
 public:
  static constexpr std::size_t most = 4;

  /// By node number, as if nobody were nominated; good until the next call.
  std::span<const std::optional<eviction_cost>> of(const pod_info& pod, const cluster& nodes) const;

 private:
  struct known {
    std::int32_t priority = 0;
    std::array<std::int64_t, first_scalar> amounts{};
    std::uint64_t position = 0;  ///< in the cluster's change log
    bool fresh = true;
    std::vector<std::optional<eviction_cost>> costs;
  };
  known& find(const pod_info& pod) const;

  mutable std::list<known> known_;  ///< most recently used first
};

}  // namespace berth::scoring
