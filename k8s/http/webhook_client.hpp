#pragma once

#include "k8s/clock.hpp"
#include "k8s/config/kubeconfig.hpp"
#include "k8s/http/webhook.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

/// The webhook client that speaks HTTP/1.1: a strand with a pool of keep-alive connections of its own, TLS as for an
/// API server (files of certificates are read again as they change).
namespace berth::k8s {

struct webhook_options {
  std::string user_agent = "berth";
  std::chrono::milliseconds timeout{5'000};  ///< for a call as a whole, waiting for a connection included
  std::size_t connections = 40;              ///< at once; further calls wait in order
  std::size_t max_header = 64 * 1024;
};

/// `where.server` has the prefix as its base path. Reads the certificates that `where` names; throws config_error when
/// they cannot be used. `time` outlives the webhook, which may be destroyed when no call is under way.
std::unique_ptr<webhook> make_webhook(boost::asio::any_io_executor io, connection_settings where,
                                      webhook_options options, clock& time);

}  // namespace berth::k8s
