#pragma once

#include "k8s/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>

/// Word among reflectors that the API server is well again. While it is not, each of them asks rarely, at times of its
/// own; the first whose request is answered tells the others, which then ask at once. So a server that is down gets few
/// requests, and all is seen again within a moment of its return.
///
/// And that it came back with another history, that of an older copy of etcd. Who finds that out tells the others,
/// whose own versions may show nothing: what was written since the copy was put back may have made them look good
/// again.
///
/// Belongs to whoever spawns the reflectors, and outlives them. On their strand.
namespace berth::k8s {

class server_return {
 public:
  explicit server_return(boost::asio::any_io_executor strand);

  /// Returns when either is told next. Cancelled, it throws operation_aborted.
  task<void> wait();
  void tell() { told_.cancel(); }

  void tell_of_another_history() {
    ++histories_;
    told_.cancel();
  }
  /// Another number since: what was listed before is of a history that is no more.
  std::uint64_t histories() const noexcept { return histories_; }

 private:
  boost::asio::steady_timer told_;  ///< never runs out; cancelled for all who wait
  std::uint64_t histories_ = 0;
};

}  // namespace berth::k8s
