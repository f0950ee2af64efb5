#pragma once

#include "controller/config/configuration.hpp"
#include "controller/runtime/log.hpp"
#include "k8s/encoded.hpp"

#include <string>

/// What clientConnection's contentType and acceptContentTypes mean here: in which form the API server is asked for
/// lists and watches. What is sent, and every other answer, is JSON.
///
/// As in client-go, acceptContentTypes counts where it is not empty, else contentType. It may be a list with commas;
/// the first type in it that is read here is taken, whatever parameters it has. kube-scheduler accepts any text in the
/// file, so one that names neither is accepted here too, means JSON, and is warned of.
namespace berth::controller {

k8s::encoding encoding_of_streams(const client_connection_configuration& connection);

/// As --kube-api-content-type has it, over both fields of the file.
void override_content_type(client_connection_configuration& connection, const std::string& type);

/// Where no type that is read here is named.
void warn_of_content_types(const log& out, const client_connection_configuration& connection);

}  // namespace berth::controller
