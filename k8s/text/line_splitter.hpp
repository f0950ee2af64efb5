#pragma once

#include "k8s/error.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

/// Cuts a stream of bytes into lines: a watch is one JSON object per line. Pure; one strand.
///
/// Holds at most one line, and only while it crosses a chunk's border. A line above the cap is skipped without being
/// held and reported once, at its end; the lines after it come through.
namespace berth::k8s {

class line_splitter {
 public:
  static constexpr std::size_t default_max_line_bytes = 8 << 20;

  /// `line` is without its end (LF or CR LF) and valid during the call only. Empty lines are not reported.
  /// Returning false stops: the rest of the chunk is dropped.
  using line_handler = std::function<bool(std::string_view line)>;
  /// errc::too_large, with the line's length. Returning false stops.
  using error_handler = std::function<bool(const error& why)>;

  line_splitter(line_handler on_line, error_handler on_error, std::size_t max_line_bytes = default_max_line_bytes)
      : on_line_(std::move(on_line)), on_error_(std::move(on_error)), max_(max_line_bytes) {}

  /// False once a handler asked to stop.
  bool feed(std::string_view chunk);

  /// The stream ended: bytes after the last line's end are an incomplete line and are dropped. True if there were any.
  bool finish();

  std::size_t held_bytes() const noexcept { return partial_.size(); }

 private:
  bool line_complete(std::string_view last_part);

  line_handler on_line_;
  error_handler on_error_;
  std::size_t max_;
  std::string partial_;
  std::size_t skipped_ = 0;  ///< bytes of the line being skipped so far; 0: none is
  bool stopped_ = false;
};

}  // namespace berth::k8s
