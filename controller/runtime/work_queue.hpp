#pragma once

#include "controller/runtime/instant.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

/// Keys that wait to be reconciled. Upstream: client-go util/workqueue, whose words these are.
///
/// Fair: in the order in which they were added. Stingy: a key that is added many times before it is taken is taken
/// once; one that is added while it is being worked on is taken again afterwards, and by nobody meanwhile. A key that
/// failed comes back after 1 s, doubling to 60 s, and is not taken sooner whatever is added; one that is done starts
/// anew. Pure: told the time.
///
/// Bounded by the number of different keys, which is for those who add them.
namespace berth::controller {

class work_queue {
 public:
  static constexpr duration first_pause = seconds(1);
  static constexpr duration longest_pause = seconds(60);

  void add(const std::string& key);
  /// The next that may be worked on; it is being worked on until `done` or `failed`.
  std::optional<std::string> take(instant now);
  void done(const std::string& key);
  void failed(const std::string& key, instant now);

  /// When `take` gives something: now, at that time, or never.
  instant next_due() const;
  std::size_t size() const noexcept { return waiting_.size() + pausing_.size(); }

 private:
  void put(const std::string& key);

  std::deque<std::string> ready_;
  k8s::text_set waiting_;  ///< in ready_, or to be put there when they are done
  k8s::text_set taken_;
  struct pause {
    duration last{};
    instant until{};
  };
  k8s::text_map<pause> failures_;
  std::set<std::pair<instant, std::string>> pausing_;
};

}  // namespace berth::controller
