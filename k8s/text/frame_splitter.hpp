#pragma once

#include "k8s/error.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

/// Cuts a stream of bytes into frames: four bytes of length, the highest first, and as many bytes. So come the events
/// of a watch in protobuf. Pure; one strand.
///
/// Holds at most one frame, and only while it crosses a chunk's border. A frame above the cap is skipped without being
/// held and reported once, as soon as its length is there: it may be as much as four gigabytes, or no length at all.
/// The frames after it come through.
namespace berth::k8s {

class frame_splitter {
 public:
  static constexpr std::size_t default_max_frame_bytes = 8 << 20;

  /// `frame` is without its length and valid during the call only. Empty frames are not reported. Returning false
  /// stops: the rest of the chunk is dropped.
  using frame_handler = std::function<bool(std::string_view frame)>;
  /// errc::too_large, with the frame's length. Returning false stops.
  using error_handler = std::function<bool(const error& why)>;

  frame_splitter(frame_handler on_frame, error_handler on_error, std::size_t max_frame_bytes = default_max_frame_bytes)
      : on_frame_(std::move(on_frame)), on_error_(std::move(on_error)), max_(max_frame_bytes) {}

  /// False once a handler asked to stop.
  bool feed(std::string_view chunk);

  /// The stream ended: an incomplete frame is dropped. True if there was one.
  bool finish();

  std::size_t held_bytes() const noexcept { return partial_.size(); }

 private:
  bool frame_begins();
  bool frame_complete(std::string_view last_part);

  frame_handler on_frame_;
  error_handler on_error_;
  std::size_t max_;
  std::size_t length_bytes_ = 0;  ///< how many of the four have come; 4: within a frame
  std::uint32_t length_ = 0;
  std::size_t missing_ = 0;  ///< bytes of the frame that are still to come
  std::string partial_;
  bool stopped_ = false;
};

}  // namespace berth::k8s
