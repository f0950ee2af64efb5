#pragma once

#include <string>

namespace berth::controller {

/// Files in PEM; the certificate is followed by its intermediates.
struct server_tls_files {
  std::string certificate;
  std::string key;
  std::string client_authority;  ///< "": clients need no certificate

  bool any() const noexcept { return !certificate.empty() || !key.empty() || !client_authority.empty(); }
};

}  // namespace berth::controller
