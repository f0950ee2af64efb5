#include "controller/runtime/go_duration.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

namespace berth::controller {

namespace {

/// `amount` of nanoseconds in a unit of 10^digits of them: no float, which would be written 1e-09 when it is small.
std::string in_units(std::uint64_t amount, int digits, std::string_view unit) {
  std::uint64_t one = 1;
  for (int i = 0; i < digits; ++i) one *= 10;
  std::string text = fmt::format("{}", amount / one);
  if (amount % one != 0) {
    text += fmt::format(".{:0{}}", amount % one, digits);
    while (text.back() == '0') text.pop_back();
  }
  return text.append(unit);
}

}  // namespace

std::string go_duration(std::chrono::nanoseconds d) {
  const bool negative = d.count() < 0;
  const auto count = static_cast<std::uint64_t>(d.count());
  const std::uint64_t ns = negative ? 0 - count : count;  // also of the least, which has no opposite
  const std::string sign = negative ? "-" : "";
  if (ns == 0) return "0s";
  if (ns < 1'000) return sign + in_units(ns, 0, "ns");
  if (ns < 1'000'000) return sign + in_units(ns, 3, "µs");
  if (ns < 1'000'000'000) return sign + in_units(ns, 6, "ms");
  constexpr std::uint64_t minute = 60'000'000'000;
  const std::uint64_t minutes = ns / minute;
  const std::string rest = in_units(ns % minute, 9, "s");
  if (minutes == 0) return sign + rest;
  if (minutes < 60) return fmt::format("{}{}m{}", sign, minutes, rest);
  return fmt::format("{}{}h{}m{}", sign, minutes / 60, minutes % 60, rest);
}

}  // namespace berth::controller
