#pragma once

#include "k8s/error.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// What fuzz targets share. A target is a function in targets/NAME.cpp that takes any bytes and keeps its promises, or
/// aborts; `make fuzz` makes a libFuzzer executable of each, `make test` runs all of them over corpus/NAME.
///
///   void berth::fuzz::quantity(std::string_view bytes) { ... promise(a == b, "its text is the same quantity"); }
namespace berth::fuzz {

#define BERTH_FUZZ_TARGET(name) void name(std::string_view bytes);
#include "fuzz_targets.inc"  // a line for each target, made by CMakeLists.txt
#undef BERTH_FUZZ_TARGET

/// Unlike assert, also in release builds.
inline void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

inline bool is_one_line(std::string_view text) { return text.find_first_of("\r\n") == text.npos; }

inline void check(const k8s::error& e) {
  promise(e.code != k8s::errc::ok, "an error has a code");
  promise(!e.detail.empty(), "an error says something");
  promise(is_one_line(e.detail), "an error is one line");
}

/// Bytes as choices, for targets that are told a history: each takes some off the front. Of an empty one all choices
/// are 0 and all texts "".
class choices {
 public:
  explicit choices(std::string_view bytes) : rest_(bytes) {}

  bool over() const { return rest_.empty(); }
  /// 0 to n - 1.
  unsigned upto(unsigned n) {
    if (rest_.empty()) return 0;
    const unsigned value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value % n;
  }
  bool one_in(unsigned n) { return upto(n) == 1; }
  std::string_view text(std::size_t most) {
    const std::size_t size = upto(static_cast<unsigned>(most) + 1);
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

 private:
  std::string_view rest_;
};

/// Feeds what follows the first byte whole and in pieces of the size that it says: `split(bytes, size)` gives the same.
template <class Split>
void any_cutting(std::string_view bytes, Split split) {
  if (bytes.empty()) return;
  const std::size_t size = 1 + static_cast<unsigned char>(bytes.front()) % 32;
  const std::string_view rest = bytes.substr(1);
  promise(split(rest, rest.size() + 1) == split(rest, size), "any cutting gives the same");
}

}  // namespace berth::fuzz
