#include "controller/runtime/line_writer.hpp"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace berth::controller {

void line_writer::write(std::string_view line) {
  const std::lock_guard hold(lock_);
  push_out();
  if (kept_.size() - begin_ + line.size() > most_bytes_) {
    ++dropped_;
    return;
  }
  kept_ += line;
  push_out();
}

void line_writer::flush() {
  const std::lock_guard hold(lock_);
  push_out();
}

void line_writer::drain(std::chrono::milliseconds at_most) {
  const std::lock_guard hold(lock_);
  push_out();
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (!kept_.empty()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    pollfd ready{descriptor_, POLLOUT, 0};
    if (::poll(&ready, 1, static_cast<int>(left.count())) <= 0) return;
    push_out();
  }
}

std::uint64_t line_writer::take_untold() {
  const std::lock_guard hold(lock_);
  if (!kept_.empty()) return 0;
  const std::uint64_t untold = dropped_ - told_;
  told_ = dropped_;
  return untold;
}

void line_writer::push_out() {
  while (!kept_.empty()) {
    pollfd ready{descriptor_, POLLOUT, 0};
    if (::poll(&ready, 1, 0) <= 0) return;
    if ((ready.revents & POLLOUT) == 0 || (ready.revents & (POLLERR | POLLNVAL)) != 0) return lose_kept();
    // A pipe that is ready has room for so much.
    const std::size_t bytes = std::min<std::size_t>(kept_.size() - begin_, PIPE_BUF);
    const ssize_t written = ::write(descriptor_, kept_.data() + begin_, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (written < 0) return lose_kept();
    begin_ += static_cast<std::size_t>(written);
    if (begin_ == kept_.size()) {
      kept_.clear();
      begin_ = 0;
      if (kept_.capacity() > (std::size_t{1} << 16)) kept_.shrink_to_fit();
    } else if (begin_ > (std::size_t{1} << 16)) {
      kept_.erase(0, std::exchange(begin_, 0));
    }
  }
}

// Nobody will ever read them: the disk is full, or the other end is closed.
void line_writer::lose_kept() {
  dropped_ +=
      static_cast<std::uint64_t>(std::count(kept_.begin() + static_cast<std::ptrdiff_t>(begin_), kept_.end(), '\n'));
  kept_.clear();
  begin_ = 0;
}

}  // namespace berth::controller
