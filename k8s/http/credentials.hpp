#pragma once

#include "k8s/client.hpp"
#include "k8s/clock.hpp"
#include "k8s/config/exec_credential.hpp"
#include "k8s/config/kubeconfig.hpp"
#include "k8s/http/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

/// Who we are to the API server, and how we know it: kept up to date while files and plugins change.
///
/// Hands out immutable snapshots, which callers keep and use until `stale_at` without asking again. All state lives on
/// a strand of its own; the calls may come from any executor. Upstream: client-go transport/token_source.go,
/// ca_rotation.go, cert_rotation.go, plugin/pkg/client/auth/exec.
///
/// - a token file is read again after 50 s (at most 60, less a leeway of 10). The old token stays where the file cannot
///   be read or is empty;
/// - CA and client certificate files are read again after 5 minutes. The old certificate stays where a file cannot be
///   read or holds none, and the files are looked at again 10 s later;
/// - all of these files are read again at once when the server refused us (401), or we it (TLS), at most once a second.
///   Upstream reads a client's certificate at each handshake, and the CA after 5 minutes;
/// - a plugin runs when there is no credential, when it expired, and when the server refused it, one run at a time;
/// - a change of certificates (not of a token) asks for new connections: `tls_generation` counts them.
namespace berth::k8s {

struct identity {
  std::string authorization;         ///< "Bearer ...", "Basic ..." or ""
  std::shared_ptr<tls_context> tls;  ///< null over plain http
  std::uint64_t tls_generation = 0;
  clock::time_point stale_at = clock::time_point::max();

  bool same_as(const identity& other) const noexcept {
    return authorization == other.authorization && tls_generation == other.tls_generation;
  }
};
using identity_ptr = std::shared_ptr<const identity>;

/// How an identity was of no use: the server answered 401 to it, or the TLS handshake failed.
enum class rejection { unauthorized, handshake };

class credentials : public std::enable_shared_from_this<credentials> {
 public:
  /// Reads what `settings` names, through `files`; throws config_error when something is missing or malformed. Plugins
  /// run later. `time` outlives it.
  credentials(boost::asio::any_io_executor io, connection_settings settings, environment files,
              std::chrono::milliseconds exec_timeout, clock& time);

  task<result<identity_ptr>> current();
  /// Reads the files again, and after a 401 runs the plugin, unless that has happened since. What comes back may say
  /// the same as `rejected`; then there is no use in asking the server again.
  task<result<identity_ptr>> renewed(identity_ptr rejected, rejection by);

  /// Called on the strand after a change of certificates. Set before the first use.
  std::function<void()> on_tls_change;

 private:
  static task<result<identity_ptr>> refresh(std::shared_ptr<credentials> self, identity_ptr rejected, rejection by);
  task<result<void>> run_plugin();
  tls_material read_material() const;
  void read_token();
  bool certificates_in_files() const noexcept;
  void check_certificates();
  void publish();
  bool stale() const;

  boost::asio::any_io_executor strand_;
  connection_settings settings_;
  environment files_;
  std::chrono::milliseconds exec_timeout_;
  clock& time_;

  identity_ptr identity_;
  std::string token_;
  tls_material material_;
  std::shared_ptr<tls_context> tls_;
  std::uint64_t tls_generation_ = 0;
  clock::time_point token_due_ = clock::time_point::max();
  clock::time_point certificates_due_ = clock::time_point::max();
  std::optional<clock::time_point> looked_at_;  ///< the files, because we were refused
  std::optional<clock::time_point> plugin_ran_;
  std::optional<error> plugin_failed_;
  bool plugin_needed_ = false;  ///< it has given nothing yet
  bool busy_ = false;
  boost::asio::steady_timer turn_;  ///< never expires; cancelled when busy_ ends
};

}  // namespace berth::k8s
