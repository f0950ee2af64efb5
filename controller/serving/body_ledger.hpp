#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>

/// What the bodies of all requests of a server take, together. Where that is too much, the connection whose body comes
/// in slowest is given up, so that a crowd of slow senders keeps no quick one out. Thread-safe.
namespace berth::controller {

class body_ledger {
 public:
  explicit body_ledger(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// One body, for as long as it is read or held.
  class share {
   public:
    /// `give_up` ends the connection; called from any thread, at most once, and not after this is gone.
    share(body_ledger& of, std::function<void()> give_up);
    ~share();
    share(const share&) = delete;
    share& operator=(const share&) = delete;

    /// False: there is no room for it, and nobody slower to make some.
    bool grow_to(std::size_t bytes);
    /// It has come in: it is nobody's to give up any more.
    void complete();

   private:
    friend class body_ledger;
    double bytes_per_second(std::chrono::steady_clock::time_point now) const;

    body_ledger& of_;
    std::function<void()> give_up_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::size_t bytes_ = 0;
    bool reading_ = true;
    bool given_up_ = false;
    std::list<share*>::iterator here_;
  };

 private:
  std::size_t most_bytes_;
  std::mutex lock_;
  std::list<share*> all_;  ///< this and all below: under lock_, as the members of the shares
  std::size_t total_ = 0;
};

}  // namespace berth::controller
