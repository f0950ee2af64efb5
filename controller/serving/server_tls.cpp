#include "controller/serving/server_tls.hpp"

#include "k8s/config/read_file.hpp"
#include "k8s/http/key_pair.hpp"

#include <stdexcept>

namespace berth::controller {

namespace {

namespace ssl = boost::asio::ssl;

constexpr std::size_t max_file_bytes = std::size_t{4} << 20;

/// A file and the flag that names it.
struct flagged_file {
  flagged_file(const char* flag, const std::string& file) : from(std::string(flag) + ": " + file) {
    auto read = k8s::read_file(file, max_file_bytes);
    if (!read) throw std::runtime_error(std::string(flag) + ": " + read.error().detail);
    text = std::move(*read);
  }

  std::string from;
  std::string text;
};

void check(const k8s::result<void>& done) {
  if (!done) throw std::runtime_error(done.error().detail);
}

constexpr const char* default_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

std::shared_ptr<ssl::context> bare_context(int least_version, const char* ciphers) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, least_version);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(native, 0);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_set_cipher_list(native, ciphers) != 1)
    throw std::runtime_error(std::string("none of these cipher suites can be used: ") + ciphers);
  return context;
}

int take_any_certificate(X509_STORE_CTX*, void*) { return 1; }

}  // namespace

std::shared_ptr<ssl::context> make_server_tls(const server_tls_files& files) {
  if (files.certificate.empty()) throw std::runtime_error("--tls-cert-file is missing: TLS needs a certificate");
  if (files.key.empty()) throw std::runtime_error("--tls-private-key-file is missing: TLS needs a private key");

  const auto context = bare_context(TLS1_2_VERSION, default_ciphers);
  SSL_CTX* native = context->native_handle();
  const flagged_file certificate("--tls-cert-file", files.certificate);
  const flagged_file key("--tls-private-key-file", files.key);
  check(k8s::use_key_pair(native, {certificate.text, certificate.from}, {key.text, key.from}));
  if (!files.client_authority.empty()) {
    const flagged_file authority("--client-ca-file", files.client_authority);
    check(k8s::trust_authorities(native, {authority.text, authority.from}));
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  }
  return context;
}

std::shared_ptr<ssl::context> make_secure_tls(const secure_tls& settings) {
  const auto context = bare_context(settings.at_least_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION,
                                    settings.ciphers.empty() ? default_ciphers : settings.ciphers.c_str());
  SSL_CTX* native = context->native_handle();
  check(
      k8s::use_key_pair(native, {settings.certificate, settings.certificate_from}, {settings.key, settings.key_from}));
  context->set_verify_mode(ssl::verify_peer);
  SSL_CTX_set_cert_verify_callback(native, take_any_certificate, nullptr);
  return context;
}

std::array<std::filesystem::file_time_type, 3> times_of(const server_tls_files& files) {
  std::array<std::filesystem::file_time_type, 3> out{};
  const std::string* names[] = {&files.certificate, &files.key, &files.client_authority};
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::error_code absent;
    const auto time = std::filesystem::last_write_time(*names[i], absent);
    if (!absent) out[i] = time;
  }
  return out;
}

}  // namespace berth::controller
