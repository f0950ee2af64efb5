#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// What keys and values of labels may look like. Private to k8s/api. Pure.
/// Upstream: apimachinery/pkg/api/validate/content.
namespace berth::k8s {

inline constexpr std::size_t max_label_name = 63;     ///< of a value as well
inline constexpr std::size_t max_label_prefix = 253;  ///< before the slash of a key

/// Letters, digits, '-', '_', '.', with a letter or digit at both ends; of any length but 0.
bool looks_like_name(std::string_view text) noexcept;
/// Lower-case DNS labels joined by dots, of any length.
bool looks_like_subdomain(std::string_view text) noexcept;

/// As Go's strconv.ParseInt(text, 10, 64): one sign, digits, no white space, in range.
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;
inline bool is_integer(std::string_view text) noexcept { return parse_integer(text).has_value(); }

}  // namespace berth::k8s
