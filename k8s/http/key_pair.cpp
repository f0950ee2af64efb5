#include "k8s/http/key_pair.hpp"

#include "k8s/http/freed_by.hpp"
#include "k8s/text/pem.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace berth::k8s {
namespace {

using x509_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;

/// What failed here must not be taken for the failure of a connection.
struct without_openssl_errors {
  without_openssl_errors() { ERR_clear_error(); }
  ~without_openssl_errors() { ERR_clear_error(); }
};

error malformed(const std::string& from, const std::string& why) { return {errc::malformed, from + ": " + why}; }

error no_certificate(const std::string& from) { return malformed(from, "holds no valid PEM certificate"); }

const unsigned char* begin_of(const std::string& bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

/// Null where the bytes are no certificate, or have more behind it.
x509_ptr parse_certificate(const std::string& der) {
  const unsigned char* at = begin_of(der);
  x509_ptr parsed(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (at != begin_of(der) + der.size()) return nullptr;
  return parsed;
}

key_ptr parse_key(const std::string& pem) {
  for (const pem_block& block : read_pem(pem)) {
    if (!block.is_private_key()) continue;
    const unsigned char* at = begin_of(block.bytes);
    return key_ptr(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(block.bytes.size())));
  }
  return nullptr;
}

}  // namespace

result<void> trust_authorities(SSL_CTX* context, const pem_text& bundle) {
  const without_openssl_errors clean;
  bool any = false;
  for (const pem_block& block : read_pem(bundle.text)) {
    if (!block.is_certificate() || block.has_headers) continue;
    const x509_ptr authority = parse_certificate(block.bytes);
    if (!authority) continue;
    any = true;
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
  }
  if (!any) return no_certificate(bundle.from);
  return {};
}

result<void> use_key_pair(SSL_CTX* context, const pem_text& certificates, const pem_text& key) {
  const without_openssl_errors clean;
  bool any = false;
  for (const pem_block& block : read_pem(certificates.text)) {
    if (!block.is_certificate()) continue;
    const x509_ptr certificate = parse_certificate(block.bytes);
    if (any) {
      // An intermediate that cannot be parsed helps nobody, and harms nobody.
      if (certificate) SSL_CTX_add1_chain_cert(context, certificate.get());
      continue;
    }
    any = true;
    if (!certificate) return no_certificate(certificates.from);
    if (SSL_CTX_use_certificate(context, certificate.get()) == 1) continue;
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    return malformed(certificates.from, reason != nullptr ? reason : "a certificate that cannot be used");
  }
  if (!any) return no_certificate(certificates.from);
  const key_ptr secret = parse_key(key.text);
  if (!secret) return malformed(key.from, "holds no valid PEM private key without a password");
  if (SSL_CTX_use_PrivateKey(context, secret.get()) != 1 || SSL_CTX_check_private_key(context) != 1)
    return malformed(key.from, "the private key does not belong to the certificate in " + certificates.from);
  return {};
}

}  // namespace berth::k8s
