#pragma once

#include "controller/access/serving_options.hpp"
#include "controller/serving/server_tls.hpp"

#include <string>

namespace berth::controller {

/// The certificate that the server shows: from the files that are named; else from --cert-dir, where one is made if
/// there is none; else one that is made now and kept in memory, for `host` and localhost. Throws std::runtime_error
/// naming the file. Upstream: SecureServingOptions.MaybeDefaultWithSelfSignedCerts.
class serving_certificate {
 public:
  serving_certificate(const serving_options& options, const std::string& host);

  /// As the files are now.
  std::shared_ptr<boost::asio::ssl::context> load() const;
  /// For times_of: no files where the certificate is in memory.
  const server_tls_files& files() const noexcept { return files_; }
  /// "in memory", or the file.
  std::string source() const { return files_.certificate.empty() ? "self-signed, in memory" : files_.certificate; }

 private:
  server_tls_files files_;
  secure_tls in_memory_;
};

}  // namespace berth::controller
