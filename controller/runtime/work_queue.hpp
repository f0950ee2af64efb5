#pragma once

#include "controller/runtime/instant.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <utility>

/// Keys that wait to be reconciled. Upstream: client-go util/workqueue, whose words these are.
///
/// Fair: in the order in which they were added. Stingy: a key that is added many times before it is taken is taken
/// once; one that is added while it is being worked on is taken again afterwards, and by nobody meanwhile. A key that
/// failed comes back after 1 s, doubling to 60 s, and is not taken sooner whatever is added; one that is done starts
/// anew. Pure: told the time.
///
/// Bounded by the number of different keys, which is for those who add them.
namespace berth::controller {

/// Told what becomes of the keys, whichever they are: for metrics. Calls come while the queue changes: none may use it.
class work_queue_observer {
 public:
  virtual ~work_queue_observer() = default;
  /// A key waits that did not; one that failed is added when its pause is over.
  virtual void added() = 0;
  virtual void taken(duration waited) = 0;
  /// Well or not: it is done or has failed.
  virtual void worked(duration took) = 0;
  /// A key failed and will come back.
  virtual void retried() = 0;
};

class work_queue {
 public:
  static constexpr duration first_pause = seconds(1);
  static constexpr duration longest_pause = seconds(60);

  /// `by` may be null, and outlives this.
  explicit work_queue(work_queue_observer* by = nullptr) : observer_(by) {}

  void add(const std::string& key, instant now);
  /// The next that may be worked on; it is being worked on until `done` or `failed`.
  std::optional<std::string> take(instant now);
  void done(const std::string& key, instant now);
  void failed(const std::string& key, instant now);

  /// When `take` gives something: now, at that time, or never.
  instant next_due() const;
  std::size_t size() const noexcept { return waiting_.size() + pausing_.size(); }

  /// As it stands at a time.
  struct figures {
    std::size_t depth = 0;    ///< keys that wait, without those whose pause is not over
    duration unfinished{};    ///< for how long the keys that are being worked on have been, together
    duration longest{};       ///< and the first of them
  };
  figures stand(instant now);

 private:
  void put(const std::string& key, instant since);
  /// Those whose pause is over wait from then on.
  void end_pauses(instant now);
  void no_longer_taken(const std::string& key, instant now);

  work_queue_observer* observer_;
  std::deque<std::string> ready_;
  k8s::text_map<instant> waiting_;  ///< since when; in ready_, or to be put there when they are done
  k8s::text_map<instant> taken_;    ///< since when
  struct pause {
    duration last{};
    instant until{};
  };
  k8s::text_map<pause> failures_;
  std::set<std::pair<instant, std::string>> pausing_;
};

}  // namespace berth::controller
