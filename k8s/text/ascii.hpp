#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Letters of ASCII, whatever the locale, and percent-encoding (RFC 3986). Pure.
namespace berth::k8s {

constexpr char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string to_lower(std::string text) {
  for (char& c : text) c = to_lower(c);
  return text;
}

/// What is not a letter, a digit or one of "-_.~" becomes "%2F" and the like, so that it is one segment of a path, or
/// one value of a query, whatever it says; also "." and "..", which would be a way elsewhere.
std::string percent_encoded(std::string_view text);

/// "%2F" is "/". Nothing where a "%" is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace berth::k8s
