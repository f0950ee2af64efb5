#pragma once

#include "scoring/cluster.hpp"
#include "scoring/diagnosis.hpp"
#include "scoring/engine/filter_answers.hpp"
#include "scoring/engine/lineup.hpp"

#include <cstdint>
#include <memory>
#include <vector>

/// Which nodes pass the Filter plugins whose answers are kept, for one class of pods.
///
/// Filters that read nothing beyond the node, or facts about all nodes, are kept (see reach); others are asked in each
/// cycle. Kept filters that stand side by side in the order are one run: within it the first that refuses a node owns
/// the node, and between runs the order is the profile's, so blame is exact however kept and asked filters interleave.
///
/// Part of a pod_class.
namespace berth::scoring {

/// Neighbours in lineup.filter, by position, that are kept together; or one that is not kept.
struct filter_run {
  std::vector<std::size_t> members;
  bool kept = false;
};

/// Cuts the profile's filters into runs.
std::vector<filter_run> filter_runs(const lineup& plugins);
/// Whether the answers of such a plugin are worth keeping.
bool can_be_kept(const dependencies& reads) noexcept;

class kept_filters {
 public:
  /// `answers` are the members', by position in `run`, which is kept.
  kept_filters(const filter_run& run, std::vector<std::shared_ptr<filter_answers>> answers);

  /// Brings the answers of those members up to date that `asked` has, by position in lineup.filter: PreFilter skipped
  /// the others. `changed` is what changed since the last call. False where a plugin broke.
  bool update(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
              const std::vector<bool>& asked, const changed_nodes& changed, filter_answers::scratch& work);
  /// The nodes that all members let pass.
  const node_set& passed() const noexcept { return passed_; }
  /// Enters the refusals of all nodes that nobody has refused yet.
  void explain(const cluster& nodes, diagnosis& why) const;

 private:
  struct member {
    std::size_t at;  ///< in lineup.filter
    std::shared_ptr<filter_answers> answers;
    bool asked = false;
    std::uint64_t epoch = 0;
  };
  bool all_pass(node_id n) const;

  std::vector<member> members_;
  node_set passed_;
};

}  // namespace berth::scoring
