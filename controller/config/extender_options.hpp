#pragma once

#include "controller/runtime/log.hpp"
#include "controller/serving/server_tls_files.hpp"

#include <optional>
#include <string>

namespace berth::controller {

/// `berth extender`. Absent means not given.
struct extender_options {
  std::string program = "berth";  ///< what errors begin with
  std::string config;
  std::string listen = "127.0.0.1:8080";
  bool anonymous_bind = false;  ///< /bind beyond loopback for whoever asks
  server_tls_files tls;
  std::string metrics_bind_address = "0";
  std::string kubeconfig;
  std::string context;
  std::string master;
  std::optional<double> qps;
  std::optional<int> burst;
  std::optional<std::string> content_type;
  std::size_t bindings_in_flight = 64;
  std::size_t max_body_mebibytes = 128;
  int verbosity = 2;
  log_format format = log_format::text;
};

}  // namespace berth::controller
