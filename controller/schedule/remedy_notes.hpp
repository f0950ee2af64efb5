#pragma once

#include "controller/runtime/clock.hpp"
#include "scoring/engine/profile.hpp"

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

/// For `--remedies-in-events`: the smallest single change of a refused pod that would let it fit, as words that follow
/// kube-scheduler's in its FailedScheduling event.
///
/// Looked for once for each spec and verdict, which replicas share: so that an event that repeats has the same words.
/// The cost is bounded: `most_node_checks` for one search; and after a search as much time passes without one that
/// searches take a tenth of it at most. A pod that is refused meanwhile is told kube-scheduler's words alone, and waits
/// here, first come, first served, for its own search: the owner asks `next_search` when it is allowed, and takes the
/// pod by `take_owed`. At most `most_owed` pods wait; one that comes then is looked at when it is refused again.
/// On the scheduler's strand.
namespace berth::controller {

class remedy_notes {
 public:
  static constexpr std::size_t most_node_checks = 50'000;
  static constexpr std::size_t most_kept = 1024;
  static constexpr std::size_t most_owed = 1024;
  static constexpr std::size_t most_bytes = 1024;  ///< of an event's note

  /// A pod whose event had kube-scheduler's words alone.
  struct owed {
    scoring::pod_info pod;
    std::string message;
  };

  explicit remedy_notes(alarm_clock& time) : clock_(time) {}

  /// `message`, with what would help behind it, where something does and both fit into an event's note. Where no search
  /// is allowed now, `message`, and the pod is owed one.
  std::string note_of(const std::string& message, scoring::profile& by, const scoring::pod_info& pod,
                      const scoring::cluster& nodes);

  /// `never` where no pod is owed a search.
  instant next_search() const { return owed_.empty() ? never : not_before_; }
  /// The pod that waits longest, if a search is allowed now or none is needed for it. It goes to `late_note_of` next,
  /// or is dropped.
  std::optional<owed> take_owed();
  /// As note_of, of a pod that was taken: the search is made.
  std::string late_note_of(const owed& one, scoring::profile& by, const scoring::cluster& nodes);

 private:
  using verdict = std::pair<std::shared_ptr<const k8s::pod_spec>, std::string>;

  const std::string& search(const std::string& message, scoring::profile& by, const scoring::pod_info& pod,
                            const scoring::cluster& nodes);
  void remember(const scoring::pod_info& pod, const std::string& message);

  alarm_clock& clock_;
  instant not_before_{};
  std::map<verdict, std::string> known_;
  std::list<std::map<verdict, std::string>::iterator> oldest_first_;
  std::list<owed> owed_;                                     ///< the first waits longest
  std::map<std::string, std::list<owed>::iterator> by_uid_;  ///< of owed_
};

}  // namespace berth::controller
