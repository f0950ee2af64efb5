#pragma once

#include "k8s/text/keyed_hash.hpp"
#include "scoring/cluster.hpp"
#include "scoring/diagnosis.hpp"
#include "scoring/status.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What extenders outside the process answered about the nodes that are feasible for a pod: a plain value, gathered
/// between the two halves of a decision (profile::find_candidates and profile::schedule).
///
/// Nodes go by name, since they may come, go and change their numbers while the extender is answering. Upstream:
/// findNodesThatPassExtenders and the part of prioritizeNodes that asks extenders.
namespace berth::scoring {

/// Who is to blame for what an extender refused; no plugin has this name, so any event may cure it.
inline constexpr std::string_view extender_name = "Extender";

/// The feasible nodes of a pod, for others to judge.
struct candidates {
  std::vector<std::string> nodes;
  std::size_t evaluated = 0;  ///< how many nodes were looked at to find them
  bool nominated = false;     ///< the nominated node alone; the others were not looked at
};

struct extender_opinion {
  std::size_t evaluated = 0;
  std::vector<std::string> left;       ///< where the pod may go, of those that were asked about
  k8s::text_map<status> refused;       ///< why not, where an extender said so; may name nodes that are left
  bool narrowed = false;               ///< some node that was asked about is not among `left`
  k8s::text_map<std::int64_t> scores;  ///< to be added to the sum of the plugins' weighted scores
};

/// `left`, of the nodes that there still are.
node_set still_there(const extender_opinion& opinion, const cluster& nodes);

/// Enters what was refused; nodes among `fitting` that are neither left nor refused get a refusal without a reason.
/// `why.refused_by` has a row for each node.
void enter_refusals(diagnosis& why, const extender_opinion& opinion, const node_set& fitting, const cluster& nodes);

/// Adds the scores, stopping at what 64 bits can hold. `totals` is by position in `list`.
void add_scores(const extender_opinion& opinion, const cluster& nodes, std::span<const node_id> list,
                std::span<std::int64_t> totals);

/// a + b and a * b, stopping at the ends of the range: others may say any number.
std::int64_t saturating_sum(std::int64_t a, std::int64_t b) noexcept;
std::int64_t saturating_product(std::int64_t a, std::int64_t b) noexcept;

}  // namespace berth::scoring
