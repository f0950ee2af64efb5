#include "k8s/text/line_splitter.hpp"

#include <fmt/format.h>

namespace berth::k8s {

namespace {

constexpr std::size_t kept_bytes = 256 << 10;  // one huge line must not hold memory for ever

}  // namespace

bool line_splitter::feed(std::string_view chunk) {
  while (!stopped_ && !chunk.empty()) {
    const auto end = chunk.find('\n');
    const std::string_view part = chunk.substr(0, end);
    if (end == chunk.npos) {
      if (skipped_ > 0 || partial_.size() + part.size() > max_) {
        skipped_ += partial_.size() + part.size();
        partial_ = std::string();
      } else {
        partial_.append(part);
      }
      break;
    }
    stopped_ = !line_complete(part);
    chunk.remove_prefix(end + 1);
  }
  return !stopped_;
}

bool line_splitter::line_complete(std::string_view last_part) {
  const std::size_t length = skipped_ + partial_.size() + last_part.size();
  if (skipped_ > 0 || length > max_) {
    skipped_ = 0;
    partial_.clear();
    return on_error_({errc::too_large, fmt::format("a line of {} bytes, more than {}", length, max_)});
  }
  std::string_view line = last_part;
  if (!partial_.empty()) line = partial_.append(last_part);
  if (line.ends_with('\r')) line.remove_suffix(1);
  const bool go_on = line.empty() || on_line_(line);
  partial_.clear();
  if (partial_.capacity() > kept_bytes) partial_.shrink_to_fit();
  return go_on;
}

bool line_splitter::finish() {
  const bool incomplete = skipped_ > 0 || !partial_.empty();
  skipped_ = 0;
  partial_ = std::string();
  return incomplete;
}

}  // namespace berth::k8s
