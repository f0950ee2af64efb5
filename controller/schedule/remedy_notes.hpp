#pragma once

#include "controller/runtime/clock.hpp"
#include "scoring/engine/profile.hpp"

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>

/// For `--remedies-in-events`: the smallest single change of a refused pod that would let it fit, as words that follow
/// kube-scheduler's in its FailedScheduling event.
///
/// Looked for once for each spec and verdict, which replicas share: so that an event that repeats has the same words.
/// The cost is bounded: `most_node_checks` for one search; and after a search as much time passes without one that
/// searches take a tenth of it at most. A verdict that comes meanwhile has kube-scheduler's words alone.
/// On the scheduler's strand.
namespace berth::controller {

class remedy_notes {
 public:
  static constexpr std::size_t most_node_checks = 50'000;
  static constexpr std::size_t most_kept = 1024;
  static constexpr std::size_t most_bytes = 1024;  ///< of an event's note

  explicit remedy_notes(alarm_clock& time) : clock_(time) {}

  /// `message`, with what would help behind it, where something does and both fit into an event's note.
  std::string note_of(const std::string& message, scoring::profile& by, const scoring::pod_info& pod,
                      const scoring::cluster& nodes);

 private:
  using verdict = std::pair<std::shared_ptr<const k8s::pod_spec>, std::string>;

  alarm_clock& clock_;
  instant not_before_{};
  std::map<verdict, std::string> known_;
  std::list<std::map<verdict, std::string>::iterator> oldest_first_;
};

}  // namespace berth::controller
