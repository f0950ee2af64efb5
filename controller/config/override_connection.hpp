#pragma once

#include "controller/config/content_types.hpp"

/// What the flags of shared_flags.hpp say of the connection to the API server goes over what the configuration says.
namespace berth::controller {

/// `Options` are those of a command that has these flags.
template <class Options>
void override_connection(client_connection_configuration& connection, const Options& given) {
  if (given.qps) connection.qps = given.qps;
  if (given.burst) connection.burst = *given.burst;
  if (given.content_type) override_content_type(connection, *given.content_type);
  if (!given.kubeconfig.empty()) connection.kubeconfig = given.kubeconfig;
}

}  // namespace berth::controller
