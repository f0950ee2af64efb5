#include "scoring/arguments.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace berth::scoring {

namespace {

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 8> units{{
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

constexpr std::uint64_t most = std::uint64_t{1} << 63;  ///< the magnitude of the least

struct digits {
  std::uint64_t value = 0;
  double scale = 1;  ///< of a fraction: value / scale
  bool any = false;
};

/// The digits at the front of the text. Nothing where a whole number is beyond `most`; of a fraction those that no
/// longer fit are dropped.
std::optional<digits> take_digits(std::string_view& text, bool fraction) {
  digits d;
  bool full = false;
  for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1)) {
    d.any = true;
    const auto digit = static_cast<std::uint64_t>(text[0] - '0');
    full = full || d.value > (fraction ? (most - 1) / 10 : most / 10) || d.value * 10 + digit > most;
    if (full && !fraction) return std::nullopt;
    if (full) continue;
    d.value = d.value * 10 + digit;
    d.scale *= 10;
  }
  return d;
}

std::optional<std::uint64_t> take_unit(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && text[n] != '.' && !is_digit(text[n])) ++n;
  for (const auto& [name, nanoseconds] : units) {
    if (name != text.substr(0, n)) continue;
    text.remove_prefix(n);
    return nanoseconds;
  }
  return std::nullopt;
}

/// "3.5s" at the front of the text, in nanoseconds, at most `most`.
std::optional<std::uint64_t> take_part(std::string_view& text) {
  const auto whole = take_digits(text, false);
  if (!whole) return std::nullopt;
  digits part;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    part = *take_digits(text, true);
  }
  if (!whole->any && !part.any) return std::nullopt;
  const auto unit = take_unit(text);
  if (!unit || whole->value > most / *unit) return std::nullopt;
  // In floats, as Go does it: 0.3333333333333333333h is 20 minutes to it.
  const auto fraction = static_cast<double>(part.value) * (static_cast<double>(*unit) / part.scale);
  const std::uint64_t total = whole->value * *unit + static_cast<std::uint64_t>(fraction);
  return total <= most ? std::optional(total) : std::nullopt;
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
  std::uint64_t total = 0;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part || *part > most - total) return std::nullopt;
    total += *part;
  }
  if (!negative && total == most) return std::nullopt;
  return std::chrono::nanoseconds{static_cast<std::int64_t>(negative ? 0 - total : total)};
}

}  // namespace berth::scoring
