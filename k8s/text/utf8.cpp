#include "k8s/text/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace berth::k8s {

namespace {

bool continues(unsigned char c) noexcept { return (c & 0xC0) == 0x80; }

// The length of the code point at the start of `text`, which is no ASCII; 0 where there is none.
std::size_t multibyte_length(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0; };
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead >= 0xC2 && lead <= 0xDF) return continues(static_cast<unsigned char>(at(1))) ? 2 : 0;
  const auto second = static_cast<unsigned char>(at(1));
  const bool third = continues(static_cast<unsigned char>(at(2)));
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && second < 0xA0;
    const bool surrogate = lead == 0xED && second > 0x9F;
    return continues(second) && third && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && second < 0x90;
    const bool beyond = lead == 0xF4 && second > 0x8F;
    return continues(second) && third && continues(static_cast<unsigned char>(at(3))) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::size_t valid_utf8_prefix(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    std::uint64_t block = 0;
    while (i + sizeof block <= text.size()) {
      std::memcpy(&block, text.data() + i, sizeof block);
      if ((block & 0x8080808080808080U) != 0) break;
      i += sizeof block;
    }
    while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
    if (i == text.size()) break;
    const std::size_t length = multibyte_length(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return i;
}

void append_utf8(std::string& text, std::uint32_t point) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (point < 0x80) return add(point);
  if (point < 0x800) {
    add(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      add(0xE0 | point >> 12);
    } else {
      add(0xF0 | point >> 18);
      add(0x80 | (point >> 12 & 0x3F));
    }
    add(0x80 | (point >> 6 & 0x3F));
  }
  add(0x80 | (point & 0x3F));
}

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for (;;) {
    const std::size_t sound = valid_utf8_prefix(text);
    valid.append(text.substr(0, sound));
    if (sound == text.size()) return valid;
    append_utf8(valid, 0xFFFD);
    text.remove_prefix(sound + 1);
  }
}

std::string_view cut_utf8(std::string_view text, std::size_t max) noexcept {
  if (text.size() <= max) return text;
  while (max > 0 && continues(static_cast<unsigned char>(text[max]))) --max;
  return text.substr(0, max);
}

std::string excerpt(std::string_view text, std::size_t max) {
  const std::string_view kept = cut_utf8(text, max);
  std::string out;
  for (std::size_t i = 0; i < kept.size();) {
    const auto c = static_cast<unsigned char>(kept[i]);
    const std::size_t length = c < 0x80 ? 1 : multibyte_length(kept.substr(i));
    if (length == 0 || c < 0x20 || c == 0x7F) {
      out += '?';
      ++i;
    } else {
      out.append(kept.substr(i, length));
      i += length;
    }
  }
  return kept.size() < text.size() ? out + "..." : out;
}

}  // namespace berth::k8s
