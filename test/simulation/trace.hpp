#pragma once

#include "test/simulation/timeline.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <string_view>

/// What happened in a run, line by line: as a number that is the same where everything was the same, and as text for
/// whoever looks for the reason of a violation.
namespace berth::simulation {

class trace {
 public:
  /// `show`: each line is printed.
  explicit trace(const timeline& time, bool show = false) : time_(time), show_(show) {}

  template <class... Parts>
  void note(fmt::format_string<Parts...> form, Parts&&... parts) {
    add(fmt::format(form, std::forward<Parts>(parts)...));
  }
  /// For whoever reads alone.
  void say(int who, std::string_view line) const {
    if (show_) fmt::print("{:10.3f} {} | {}\n", std::chrono::duration<double>(time_.since_start()).count(), who, line);
  }
  /// A text that is long: it counts, and is not shown.
  void count(std::string_view text) { mix(text); }
  std::uint64_t hash() const noexcept { return hash_; }
  bool shows() const noexcept { return show_; }

  void add(std::string_view line) {
    const auto at = std::chrono::duration_cast<std::chrono::microseconds>(time_.since_start()).count();
    mix(std::string_view(reinterpret_cast<const char*>(&at), sizeof at));
    mix(line);
    if (show_) fmt::print("{:10.3f} {}\n", static_cast<double>(at) / 1e6, line);
  }

 private:
  void mix(std::string_view text) {  // FNV-1a
    for (const char c : text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash_ = (hash_ ^ 0xff) * 0x100000001b3U;
  }

  const timeline& time_;
  bool show_;
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

}  // namespace berth::simulation
