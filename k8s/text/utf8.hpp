#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// UTF-8, as RFC 3629 has it: no surrogates, no overlong forms, nothing beyond U+10FFFF.
namespace berth::k8s {

/// How many bytes from the start are valid UTF-8; the whole size when all are. Plain ASCII goes by eight bytes at a
/// time.
std::size_t valid_utf8_prefix(std::string_view text) noexcept;

inline bool is_utf8(std::string_view text) noexcept { return valid_utf8_prefix(text) == text.size(); }

/// One code point, which is no surrogate and not beyond U+10FFFF.
void append_utf8(std::string& text, std::uint32_t point);

/// The text with each byte that is no part of a code point replaced by U+FFFD, as Go does.
std::string valid_utf8(std::string_view text);

/// The text cut to at most `max` bytes without splitting a code point.
std::string_view cut_utf8(std::string_view text, std::size_t max) noexcept;

/// At most `max` bytes of foreign bytes, fit for one line of a message: controls and what is no UTF-8 become '?', and
/// what was cut off "...".
std::string excerpt(std::string_view text, std::size_t max);

}  // namespace berth::k8s
