#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Standard base64 (RFC 4648, section 4), as kubeconfigs hold certificates and keys. Pure.
namespace berth::k8s {

/// Nothing where the text is not base64. Padding is required; line breaks (CR, LF) may stand anywhere, blanks nowhere;
/// bits beyond the last byte are ignored. Upstream: Go's base64.StdEncoding, which is not strict.
std::optional<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);

}  // namespace berth::k8s
