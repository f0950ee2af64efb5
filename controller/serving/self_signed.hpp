#pragma once

#include <string>
#include <string_view>
#include <vector>

/// A certificate for a server that was given none: it encrypts, and proves nothing to those who do not know it already.
namespace berth::controller {

/// PEM.
struct certificate_pair {
  std::string certificate;
  std::string key;
};

/// P-256, valid from an hour ago for a year, for these names and IP addresses; the first is its common name. Throws
/// std::runtime_error where OpenSSL cannot make one. Upstream: client-go util/cert, GenerateSelfSignedCertKey.
certificate_pair make_self_signed(const std::vector<std::string>& names, const std::vector<std::string>& addresses);

}  // namespace berth::controller
