#pragma once

#include "k8s/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

/// Word among reflectors that the API server is well again. While it is not, each of them asks rarely, at times of its own;
/// the first whose request is answered tells the others, which then ask at once. So a server that is down gets few
/// requests, and all is seen again within a moment of its return.
///
/// Belongs to whoever spawns the reflectors, and outlives them. On their strand.
namespace berth::k8s {

class server_return {
 public:
  explicit server_return(boost::asio::any_io_executor strand);

  /// Returns when it is told next. Cancelled, it throws operation_aborted.
  task<void> wait();
  void tell() { told_.cancel(); }

 private:
  boost::asio::steady_timer told_;  ///< never runs out; cancelled for all who wait
};

}  // namespace berth::k8s
