#pragma once

#include "controller/config/run_options.hpp"
#include "scoring/registry.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/strand.hpp>

#include <memory>

/// `berth run`: builds the parts in the order of their dependency, starts the loops, ends them in order.
///
/// Two threads run connections, TLS and decoding; everything that changes lives on one strand of theirs. Ends with 0
/// when asked to (SIGTERM, SIGINT), with 1 when the lease is lost or a loop fails; a second signal ends the process at
/// once.
namespace berth::controller {

/// The exit code. Configuration that cannot be used is told on standard error in one line.
int run_scheduler(const run_options& options, const scoring::registry& plugins);

}  // namespace berth::controller
