#pragma once

#include "k8s/error.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

/// TLS as a client of an API server needs it: TLS 1.2 or newer, the server's certificate verified against an authority
/// and against the host name or IP address, our own certificate shown where there is one; and each refusal in words.
///
/// As in Go, only subject alternative names count (never the common name), and an intermediate certificate may be
/// trusted by itself. No password is ever asked for.
namespace berth::k8s {

/// PEM texts, and where they came from, for errors.
struct tls_material {
  std::string authority;  ///< one or more certificates; "" means the system's
  std::string authority_from;
  std::string certificate;  ///< ours, followed by its intermediates; "" means none
  std::string certificate_from;
  std::string key;
  std::string key_from;
  bool verify = true;

  bool operator==(const tls_material&) const = default;
};

using tls_context = boost::asio::ssl::context;

/// errc::malformed names the file. The context is immutable afterwards and shared by connections on any strand.
result<std::shared_ptr<tls_context>> make_tls_context(const tls_material& material);

/// What the verification of a server's certificate found wrong, first fault first.
struct peer_refusal {
  std::string reason;  ///< "" while nothing is
};

/// Before the handshake: names the server in SNI (names only) and asks for `name` (a host name or an IP address) in its
/// certificate. False where the name cannot be one.
bool expect_peer(SSL* ssl, const std::string& name);

/// From the verification callback: remembers why. `name` is what was expected.
void note_refusal(X509_STORE_CTX* at, const std::string& name, peer_refusal& into);

/// One line for a handshake (or a later read or write) that failed: "the server's certificate expired at ...".
std::string describe_tls_failure(const boost::system::error_code& code, const peer_refusal& refusal);

/// Whether an error of a TLS stream is one of TLS itself (certificates, versions, alerts), not of the socket below.
bool is_tls_failure(const boost::system::error_code& code);

/// Whether it is the peer's alert that it does not accept our certificate. In TLS 1.3 that comes when the handshake is
/// over for us: instead of the first answer, and nothing that was sent before has been read.
bool refuses_our_certificate(const boost::system::error_code& code);

}  // namespace berth::k8s
