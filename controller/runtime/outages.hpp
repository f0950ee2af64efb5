#pragma once

#include "controller/runtime/instant.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

/// Outages of what is tried again and again, told without filling the log: the first failure, then at most one line in
/// 30 s with a count, and one when it works again. What fails and works by turns is under the same limit. Pure: told
/// the time.
namespace berth::controller {

class outages {
 public:
  explicit outages(duration silence = seconds(30)) : silence_(silence) {}

  struct report {
    std::size_t failures;  ///< `failed`: since it was last said; `works`: since the outage began
    duration lasted;       ///< since the outage began
  };

  /// `what` failed: whether to say so now.
  std::optional<report> failed(const std::string& what, instant now);
  /// `what` works: whether to say so now, which is only where an outage was told of.
  std::optional<report> works(const std::string& what, instant now);

 private:
  struct outage {
    std::optional<instant> said;   ///< when a failure was last told of, of this outage or one before
    std::optional<instant> began;  ///< while it lasts
    std::size_t failures = 0;      ///< since then
    std::size_t passed_over = 0;   ///< since it was last said
    bool told = false;             ///< of this one
  };
  duration silence_;
  std::map<std::string, outage> known_;  ///< as many as there are watches
};

}  // namespace berth::controller
