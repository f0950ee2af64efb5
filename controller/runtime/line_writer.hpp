#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

/// Writes lines to a file descriptor and never waits for whoever reads it: what does not go through is kept, up to a
/// cap, and beyond it lines are dropped and counted. So a reader that stands still, a pipe without one or a full disk
/// stops no decision. Thread-safe.
///
/// The descriptor is somebody else's too (it may be a terminal), so its flags are left alone: it is asked first, and
/// given no more than a pipe that is ready certainly takes.
namespace berth::controller {

class line_writer {
 public:
  static constexpr std::size_t default_bytes = std::size_t{16} << 20;

  explicit line_writer(int descriptor, std::size_t most_bytes = default_bytes)
      : descriptor_(descriptor), most_bytes_(most_bytes) {}

  /// A whole line, with its end.
  void write(std::string_view line);
  /// Writes what is kept, as far as it goes now.
  void flush();
  /// The same, at the end of the process: waits for the reader, but not for long.
  void drain(std::chrono::milliseconds at_most);

  std::uint64_t dropped() const noexcept { return dropped_; }
  /// How many lines were dropped since this was asked last; 0 while there are lines kept.
  std::uint64_t take_untold();

 private:
  void push_out();
  void lose_kept();

  const int descriptor_;
  const std::size_t most_bytes_;
  std::mutex lock_;
  std::string kept_;  ///< under lock_
  std::size_t begin_ = 0;
  std::atomic<std::uint64_t> dropped_{0};
  std::uint64_t told_ = 0;
};

}  // namespace berth::controller
