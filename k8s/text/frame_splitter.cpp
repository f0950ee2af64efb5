#include "k8s/text/frame_splitter.hpp"

#include <fmt/format.h>

#include <utility>

namespace berth::k8s {

namespace {

constexpr std::size_t kept_bytes = 256 << 10;  // one huge frame must not hold memory for ever
constexpr std::size_t bytes_of_length = 4;

}  // namespace

bool frame_splitter::feed(std::string_view chunk) {
  while (!stopped_ && !chunk.empty()) {
    if (length_bytes_ < bytes_of_length) {
      length_ = length_ << 8 | static_cast<unsigned char>(chunk.front());
      chunk.remove_prefix(1);
      if (++length_bytes_ < bytes_of_length) continue;
      stopped_ = !frame_begins();
      continue;
    }
    const std::string_view part = chunk.substr(0, missing_);
    chunk.remove_prefix(part.size());
    missing_ -= part.size();
    if (missing_ == 0)
      stopped_ = !frame_complete(part);
    else if (length_ <= max_)
      partial_.append(part);
  }
  return !stopped_;
}

bool frame_splitter::frame_begins() {
  missing_ = length_;
  if (missing_ == 0) length_bytes_ = 0;
  if (missing_ <= max_) return true;
  return on_error_({errc::too_large, fmt::format("a frame of {} bytes, more than {}", missing_, max_)});
}

bool frame_splitter::frame_complete(std::string_view last_part) {
  const std::size_t length = std::exchange(length_, 0);
  length_bytes_ = 0;
  if (length > max_) return true;
  std::string_view frame = last_part;
  if (!partial_.empty()) frame = partial_.append(last_part);
  const bool go_on = on_frame_(frame);
  partial_.clear();
  if (partial_.capacity() > kept_bytes) partial_.shrink_to_fit();
  return go_on;
}

bool frame_splitter::finish() {
  const bool incomplete = length_bytes_ > 0;
  length_bytes_ = 0;
  length_ = 0;
  missing_ = 0;
  partial_ = std::string();
  return incomplete;
}

}  // namespace berth::k8s
