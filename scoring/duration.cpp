#include "scoring/arguments.hpp"

#include <array>
#include <limits>
#include <utility>

namespace berth::scoring {

namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t>, 8> units{{
    {"ns", 1},
    {"us", 1'000},
    {"\xc2\xb5s", 1'000},  // µs, micro sign
    {"\xce\xbcs", 1'000},  // μs, Greek mu
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits at the front of the text, as an integer of at most 18 digits; those beyond (only of a fraction) are
// dropped.
bool take_digits(std::string_view& text, std::int64_t& value, std::int64_t& scale, bool fraction) {
  std::size_t n = 0;
  value = 0;
  scale = 1;
  for (; n < text.size() && is_digit(text[n]); ++n) {
    if (n >= 18 && !fraction) return false;
    if (n >= 18) continue;
    value = value * 10 + (text[n] - '0');
    scale *= 10;
  }
  text.remove_prefix(n);
  return true;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return std::chrono::nanoseconds{0};
  if (text.empty()) return std::nullopt;
  __int128 total = 0;
  while (!text.empty()) {
    if (!is_digit(text[0]) && !(text[0] == '.' && text.size() > 1 && is_digit(text[1]))) return std::nullopt;
    std::int64_t whole = 0, part = 0, part_scale = 1, ignored = 1;
    if (!take_digits(text, whole, ignored, false)) return std::nullopt;
    if (!text.empty() && text[0] == '.') {
      text.remove_prefix(1);
      take_digits(text, part, part_scale, true);
    }
    const std::pair<std::string_view, std::int64_t>* unit = nullptr;
    for (const auto& u : units)  // "ms" before "m"
      if (text.starts_with(u.first)) {
        unit = &u;
        break;
      }
    if (unit == nullptr) return std::nullopt;
    text.remove_prefix(unit->first.size());
    total += static_cast<__int128>(whole) * unit->second + static_cast<__int128>(part) * unit->second / part_scale;
    if (total > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  }
  return std::chrono::nanoseconds{static_cast<std::int64_t>(negative ? -total : total)};
}

}  // namespace berth::scoring
