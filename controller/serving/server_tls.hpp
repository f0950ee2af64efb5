#pragma once

#include "controller/serving/server_tls_files.hpp"

#include <boost/asio/ssl/context.hpp>

#include <array>
#include <filesystem>
#include <memory>
#include <string>

/// TLS as a server: our certificate, and whose certificates a client must show.
namespace berth::controller {

/// TLS 1.2 or newer. Sessions are not resumed, so that each connection's client certificate is verified. Throws
/// std::runtime_error naming the file (or the flag that is missing). Never asks for a password.
std::shared_ptr<boost::asio::ssl::context> make_server_tls(const server_tls_files& files);

/// How a server is known that anybody may connect to, and that asks each client for a certificate without needing one.
struct secure_tls {
  std::string certificate;  ///< PEM, followed by its intermediates
  std::string certificate_from;
  std::string key;
  std::string key_from;
  bool at_least_1_3 = false;
  std::string ciphers;  ///< of TLS 1.2, as OpenSSL lists them; "": those with forward secrecy and authentication
};

/// As above. What clients show is looked at for each request: see client_certificate.hpp.
std::shared_ptr<boost::asio::ssl::context> make_secure_tls(const secure_tls& settings);

/// When each of the files was last written, to see that they were renewed (as a mounted Secret is). A file that is not
/// there counts as never written.
std::array<std::filesystem::file_time_type, 3> times_of(const server_tls_files& files);

}  // namespace berth::controller
