#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

/// From one strand to another, in order, many at a time: what is pushed while a delivery is pending or under way comes
/// with the next one, so that a burst costs one hop, and a single event no delay.
///
/// It holds the only mutex of k8s/, for the time of a push or a swap: without it each event would be a post, with an
/// allocation and a lock inside Asio.
namespace berth::k8s {

template <class T>
class mailbox : public std::enable_shared_from_this<mailbox<T>> {
 public:
  /// At most so many are delivered before the receiver's other work has its turn.
  static constexpr std::size_t batch = 512;

  /// `receive` is called on `receiver`, one at a time.
  mailbox(boost::asio::any_io_executor receiver, std::function<void(T)> receive)
      : receiver_(std::move(receiver)), receive_(std::move(receive)) {}

  /// From any thread. How many are now waiting.
  std::size_t push(T one) {
    std::size_t waiting = 0;
    bool idle = false;
    {
      const std::lock_guard lock(mutex_);
      incoming_.push_back(std::move(one));
      waiting = incoming_.size();
      idle = !std::exchange(scheduled_, true);
    }
    if (idle) schedule();
    return waiting;
  }

  /// On the receiver: delivers all that is waiting, now.
  void drain() {
    for (;;) {
      while (next_ < current_.size()) receive_(std::move(current_[next_++]));
      if (!refill()) return;
    }
  }

  /// On the receiver: nothing is delivered from now on.
  void close() {
    receive_ = nullptr;
    const std::lock_guard lock(mutex_);
    incoming_.clear();
  }

 private:
  void schedule() {
    boost::asio::post(receiver_, [self = this->shared_from_this()] { self->deliver(); });
  }

  void deliver() {
    for (std::size_t n = 0; receive_ && n < batch; ++n) {
      if (next_ == current_.size() && !refill()) return done();
      receive_(std::move(current_[next_++]));
    }
    if (receive_) schedule();
  }

  bool refill() {
    current_.clear();
    next_ = 0;
    const std::lock_guard lock(mutex_);
    std::swap(current_, incoming_);
    return !current_.empty();
  }

  void done() {
    {
      const std::lock_guard lock(mutex_);
      if (incoming_.empty()) {
        scheduled_ = false;
        return;
      }
    }
    schedule();
  }

  boost::asio::any_io_executor receiver_;
  std::function<void(T)> receive_;
  std::vector<T> current_;  ///< being delivered; the receiver's
  std::size_t next_ = 0;
  std::mutex mutex_;
  std::vector<T> incoming_;
  bool scheduled_ = false;
};

}  // namespace berth::k8s
