#include "k8s/watch/server_return.hpp"

#include "k8s/wait_for_bell.hpp"

#include <utility>

namespace berth::k8s {

server_return::server_return(boost::asio::any_io_executor strand)
    : told_(std::move(strand), boost::asio::steady_timer::time_point::max()) {}

task<void> server_return::wait() { return wait_for(told_); }

}  // namespace berth::k8s
