#pragma once

#include "controller/access/access_guard.hpp"
#include "controller/access/serving_certificate.hpp"
#include "controller/access/serving_options.hpp"
#include "controller/access/trust_source.hpp"
#include "controller/runtime/log.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/serving/http_server.hpp"
#include "k8s/config/kubeconfig.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>
#include <string>

/// The HTTPS server of a command that runs, as kube-scheduler has one: certificate, authorities, guard and connections
/// put together, and all of them kept up to date while files and the ConfigMap change.
namespace berth::controller {

struct secure_server_parts {
  boost::asio::any_io_executor strand;  ///< where connections are accepted
  boost::asio::any_io_executor io;      ///< the I/O threads
  k8s::clock& clock;
  controller::log& log;
  std::string host;        ///< ours, for a certificate that we make
  std::string user_agent;  ///< to the API server that is asked about tokens and access
};

class secure_server {
 public:
  /// Listens at once. `connection` is where the API server is asked unless a kubeconfig of its own is named; `answer`
  /// runs on a connection's strand, for requests that are let through. Throws std::runtime_error in one line.
  secure_server(serving_options options, const k8s::connection_settings& connection, secure_server_parts parts,
                http_handler answer);
  ~secure_server();

  std::uint16_t port() const { return server_->port(); }
  /// Where the certificate is from, for a log line.
  std::string certificate_source() const { return certificate_.source(); }
  /// On the strand. This outlives the tasks.
  void start(task_group& tasks);

 private:
  k8s::task<void> renew_certificates();
  k8s::task<void> look_up_authorities();
  /// Throws std::runtime_error naming the file; then the old authorities stay.
  void publish_trust();

  serving_options options_;
  secure_server_parts parts_;
  serving_certificate certificate_;
  trust_source trust_;
  std::unique_ptr<k8s::client> tokens_;
  std::unique_ptr<k8s::client> access_;  ///< null: that of tokens
  std::unique_ptr<access_guard> guard_;
  std::unique_ptr<http_server> server_;
};

}  // namespace berth::controller
