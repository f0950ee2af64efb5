#pragma once

#include "scoring/cluster.hpp"
#include "scoring/column.hpp"
#include "scoring/plugins/spread_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

/// PodTopologySpread's Score for one pod: nodes in domains with few pods of the kind are preferred, and more so where
/// there are many domains. Part of a cycle, on the cluster's strand. Upstream: plugins/podtopologyspread/scoring.go.
namespace berth::scoring {

class spread_scoring {
 public:
  /// Not prepared.
  spread_scoring() = default;
  /// PreScore: `soft` has constraints, and is without a fault.
  spread_scoring(std::shared_ptr<const soft_spread> soft, const cluster& nodes, std::span<const node_id> feasible);

  bool prepared() const noexcept { return ignored_ != nullptr; }
  /// `universe` is the cluster's.
  void score(std::size_t universe, score_column& column) const;
  /// Of the nodes that `score` was asked about.
  void normalize(score_column& column) const;

 private:
  double share(std::size_t i, std::int64_t pods) const;
  void score_nodes(std::size_t universe, score_column& column) const;
  bool by_domain(const score_column& column) const;
  std::vector<std::int64_t> of_domains() const;
  void hand_out(const std::vector<std::int64_t>& of, score_column& column) const;
  void normalize_domains(score_column& column) const;

  std::shared_ptr<const soft_spread> soft_;
  std::vector<double> weights_;              // by constraint
  std::shared_ptr<const node_set> ignored_;  // shared with the copies for trials
};

}  // namespace berth::scoring
