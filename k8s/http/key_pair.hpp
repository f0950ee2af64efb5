#pragma once

#include "k8s/error.hpp"

#include <openssl/ssl.h>

#include <string>

/// Certificates and keys in PEM, put into a TLS context, as Go's crypto/tls reads them: what cannot be used is passed
/// over as long as what is needed is there. Both sides of a connection need it. No password is ever asked for.
namespace berth::k8s {

/// PEM text, and where it came from, for errors.
struct pem_text {
  const std::string& text;
  const std::string& from;
};

/// Trusts each certificate of a bundle, also where others in it cannot be parsed; errc::malformed where none can.
/// Upstream: x509.CertPool.AppendCertsFromPEM.
result<void> trust_authorities(SSL_CTX* context, const pem_text& bundle);

/// Shows the first certificate, with the others as its chain, and proves it by the first private key. Blocks of other
/// kinds may stand in both texts. errc::malformed names the text. Upstream: tls.X509KeyPair.
result<void> use_key_pair(SSL_CTX* context, const pem_text& certificates, const pem_text& key);

}  // namespace berth::k8s
