#include "controller/serving/server_tls.hpp"

#include <openssl/ssl.h>

#include <stdexcept>

namespace berth::controller {

namespace {

namespace ssl = boost::asio::ssl;

void check(const boost::system::error_code& failed, const std::string& file, const char* what) {
  if (failed) throw std::runtime_error(file + ": " + what + ": " + failed.message());
}

}  // namespace

std::shared_ptr<ssl::context> make_server_tls(const server_tls_files& files) {
  if (files.certificate.empty()) throw std::runtime_error("--tls-cert-file is missing: TLS needs a certificate");
  if (files.key.empty()) throw std::runtime_error("--tls-private-key-file is missing: TLS needs a private key");

  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(native, 0);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);

  boost::system::error_code failed;
  context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
  context->use_certificate_chain_file(files.certificate, failed);
  check(failed, files.certificate, "no valid PEM certificate");
  context->use_private_key_file(files.key, ssl::context::pem, failed);
  check(failed, files.key, "no private key in PEM, without a password, that belongs to the certificate");
  if (SSL_CTX_check_private_key(native) != 1) {
    throw std::runtime_error(files.key + ": the private key does not belong to the certificate in " +
                             files.certificate);
  }
  if (!files.client_authority.empty()) {
    context->load_verify_file(files.client_authority, failed);
    check(failed, files.client_authority, "no valid PEM certificate");
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  }
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
