#pragma once

#include "scoring/cluster.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// How many placed pods there are of each kind, where the owner says what a kind is. Brings itself up to date from the
/// cluster's log of placements, so asking costs what has changed since the last time.
namespace berth::scoring {

class placed_tally {
 public:
  /// The kind of a pod; nothing: it does not count.
  using kind_of = std::function<std::optional<std::string_view>(const k8s::pod_spec&)>;

  explicit placed_tally(kind_of kind) : kind_(std::move(kind)) {}

  std::int64_t count(const cluster& nodes, std::string_view kind);

 private:
  void catch_up(const cluster& nodes);
  void add(const k8s::pod_spec& spec, std::int64_t by);

  kind_of kind_;
  std::map<std::string, std::int64_t, std::less<>> counts_;
  std::weak_ptr<const void> of_;  ///< the log that they were counted from
  std::uint64_t position_ = 0;    ///< in it
};

}  // namespace berth::scoring
