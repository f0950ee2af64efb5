#include "controller/serving/client_certificate.hpp"

#include "k8s/http/freed_by.hpp"
#include "k8s/text/pem.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace berth::controller {

namespace {

using certificate_ptr = std::unique_ptr<X509, k8s::freed_by<X509_free>>;
using verification_ptr = std::unique_ptr<X509_STORE_CTX, k8s::freed_by<X509_STORE_CTX_free>>;
using store_ptr = std::unique_ptr<X509_STORE, k8s::freed_by<X509_STORE_free>>;

void free_stack(STACK_OF(X509) * all) { sk_X509_pop_free(all, X509_free); }
using stack_ptr = std::unique_ptr<STACK_OF(X509), k8s::freed_by<free_stack>>;

/// SHA-1 and keys that are too short do not count, as in Go.
constexpr int security_level = 1;

std::string der_of(X509* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  std::string out(size > 0 ? static_cast<std::size_t>(size) : 0, '\0');
  auto* at = reinterpret_cast<unsigned char*>(out.data());
  if (size > 0) i2d_X509(certificate, &at);
  return out;
}

certificate_ptr parse(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  return certificate_ptr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

std::vector<std::string> entries(const X509_NAME* name, int kind) {
  std::vector<std::string> out;
  for (int at = X509_NAME_get_index_by_NID(name, kind, -1); at >= 0; at = X509_NAME_get_index_by_NID(name, kind, at)) {
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) continue;
    out.emplace_back(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
  }
  return out;
}

std::string fingerprint_of(const X509* certificate) {
  static constexpr char digits[] = "0123456789abcdef";
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), hash, &size);
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += digits[hash[i] >> 4];
    out += digits[hash[i] & 15];
  }
  return out;
}

certificate_subject subject_of(const X509* certificate) {
  const X509_NAME* name = X509_get_subject_name(certificate);
  std::vector<std::string> names = entries(name, NID_commonName);
  // Where there are several, the last counts, as in Go.
  return {names.empty() ? std::string() : std::move(names.back()), entries(name, NID_organizationName),
          fingerprint_of(certificate)};
}

}  // namespace

struct client_authorities::store {
  store_ptr trusted{X509_STORE_new()};
};

client_authorities::client_authorities(std::unique_ptr<store> held) : store_(std::move(held)) {}
client_authorities::~client_authorities() = default;

k8s::result<std::shared_ptr<const client_authorities>> client_authorities::read(const std::string& pem,
                                                                                const std::string& from) {
  auto held = std::make_unique<store>();
  bool any = false;
  for (const k8s::pem_block& block : k8s::read_pem(pem)) {
    if (!block.is_certificate() || block.has_headers) continue;
    const certificate_ptr authority = parse(block.bytes);
    if (authority) any = X509_STORE_add_cert(held->trusted.get(), authority.get()) == 1 || any;
  }
  ERR_clear_error();
  if (!any) return k8s::error{k8s::errc::malformed, from + ": holds no valid PEM certificate"};
  return std::shared_ptr<const client_authorities>(new client_authorities(std::move(held)));
}

k8s::result<certificate_subject> client_authorities::verify(const certificate_chain& chain,
                                                            std::chrono::system_clock::time_point at) const {
  const certificate_ptr leaf = parse(chain.front());
  const stack_ptr intermediates(sk_X509_new_null());
  for (std::size_t i = 1; i < chain.size(); ++i)
    if (certificate_ptr one = parse(chain[i]); one && sk_X509_push(intermediates.get(), one.get()) > 0)
      static_cast<void>(one.release());
  const verification_ptr run(X509_STORE_CTX_new());
  if (!leaf || !run || X509_STORE_CTX_init(run.get(), store_->trusted.get(), leaf.get(), intermediates.get()) != 1) {
    ERR_clear_error();
    return k8s::error{k8s::errc::malformed, "the client's certificate cannot be read"};
  }
  X509_VERIFY_PARAM* how = X509_STORE_CTX_get0_param(run.get());
  X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_purpose(how, X509_PURPOSE_SSL_CLIENT);
  X509_VERIFY_PARAM_set_auth_level(how, security_level);
  X509_VERIFY_PARAM_set_time(how, std::chrono::system_clock::to_time_t(at));
  const bool good = X509_verify_cert(run.get()) == 1;
  const int why = X509_STORE_CTX_get_error(run.get());
  ERR_clear_error();
  if (!good)
    return k8s::error{k8s::errc::unauthorized,
                      std::string("the client's certificate: ") + X509_verify_cert_error_string(why)};
  return subject_of(leaf.get());
}

std::shared_ptr<const certificate_chain> shown_by(ssl_st* connection) {
  X509* own = SSL_get0_peer_certificate(connection);
  if (own == nullptr) return nullptr;
  certificate_chain out{der_of(own)};
  const STACK_OF(X509)* others = SSL_get_peer_cert_chain(connection);
  for (int i = 0; others != nullptr && i < sk_X509_num(others); ++i) out.push_back(der_of(sk_X509_value(others, i)));
  return std::make_shared<const certificate_chain>(std::move(out));
}

}  // namespace berth::controller
