#pragma once

#include <string>
#include <string_view>
#include <vector>

/// PEM files (RFC 7468): what stands between "-----BEGIN X-----" and "-----END X-----". Pure.
///
/// As lenient as Go's encoding/pem, so that a bundle means to berth what it means to kubectl: what is around the blocks
/// is skipped, and so is a block that is cut short, ends as something else or holds no base64; lines may have any
/// length and any line end.
namespace berth::k8s {

struct pem_block {
  std::string type;          ///< "CERTIFICATE"
  bool has_headers = false;  ///< "Proc-Type: 4,ENCRYPTED" and the like
  std::string bytes;         ///< DER, mostly

  bool is_certificate() const { return type == "CERTIFICATE"; }
  /// "PRIVATE KEY", "EC PRIVATE KEY", ...
  bool is_private_key() const { return type == "PRIVATE KEY" || type.ends_with(" PRIVATE KEY"); }
};

std::vector<pem_block> read_pem(std::string_view text);

}  // namespace berth::k8s
