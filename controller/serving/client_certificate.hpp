#pragma once

#include "k8s/error.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

struct ssl_st;

/// The certificates that clients show: whose they are, and whether an authority of ours has issued them.
///
/// A client that holds no certificate, or one of an authority that we do not know, is not turned away in the handshake:
/// it may have a token, or ask for what everybody may see. So the handshake takes any certificate (and proves that the
/// client has its key), and each request looks at it. Upstream: tls.RequestClientCert, authentication/request/x509.
namespace berth::controller {

/// DER, the client's own first, then its intermediates.
using certificate_chain = std::vector<std::string>;

/// What the client of this connection showed in the handshake; null where it showed nothing.
std::shared_ptr<const certificate_chain> shown_by(ssl_st* connection);

struct certificate_subject {
  std::string common_name;                 ///< "" where it has none
  std::vector<std::string> organizations;  ///< groups, to Kubernetes
  std::string fingerprint;                 ///< SHA-256 of the certificate, in hexadecimal
};

/// A bundle of authorities. Immutable; may be used from any thread.
class client_authorities {
 public:
  /// errc::malformed names `from` where the bundle holds no certificate.
  static k8s::result<std::shared_ptr<const client_authorities>> read(const std::string& pem, const std::string& from);
  ~client_authorities();

  /// Whose certificate it is; an error says in one line why it does not count: expired, not for clients, of another
  /// authority. Any certificate of the bundle is trusted by itself, as in Go. `chain` is not empty.
  k8s::result<certificate_subject> verify(const certificate_chain& chain,
                                          std::chrono::system_clock::time_point at) const;

 private:
  struct store;
  explicit client_authorities(std::unique_ptr<store> held);
  std::unique_ptr<store> store_;
};

}  // namespace berth::controller
