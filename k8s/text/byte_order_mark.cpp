#include "k8s/text/byte_order_mark.hpp"

#include "k8s/text/utf8.hpp"

#include <cstdint>

namespace berth::k8s {

namespace {

std::string utf8_of(std::string_view utf16, bool big_endian) {
  const auto unit = [&](std::size_t at) -> std::uint32_t {
    const auto first = static_cast<unsigned char>(utf16[at]);
    const auto second = static_cast<unsigned char>(utf16[at + 1]);
    return big_endian ? static_cast<std::uint32_t>(first << 8 | second)
                      : static_cast<std::uint32_t>(second << 8 | first);
  };
  std::string text;
  text.reserve(utf16.size() / 2);
  for (std::size_t at = 0; at + 1 < utf16.size(); at += 2) {
    std::uint32_t point = unit(at);
    if (point >= 0xD800 && point <= 0xDFFF) {
      const std::uint32_t low = at + 3 < utf16.size() ? unit(at + 2) : 0;
      const bool pair = point <= 0xDBFF && low >= 0xDC00 && low <= 0xDFFF;
      point = pair ? 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
      if (pair) at += 2;
    }
    append_utf8(text, point);
  }
  return text;
}

}  // namespace

std::string_view without_byte_order_mark(std::string_view text, std::string& converted) {
  if (text.starts_with("\xEF\xBB\xBF")) return text.substr(3);
  const bool little_endian = text.starts_with("\xFF\xFE");
  if (!little_endian && !text.starts_with("\xFE\xFF")) return text;
  converted = utf8_of(text.substr(2), !little_endian);
  return converted;
}

}  // namespace berth::k8s
