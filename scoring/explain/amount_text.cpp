#include "scoring/explain/amount_text.hpp"

#include <fmt/format.h>

namespace berth::scoring {

namespace {

using wide = __int128;

struct byte_unit {
  int bits;
  const char* suffix;
};
constexpr byte_unit units[] = {{60, "Ei"}, {50, "Pi"}, {40, "Ti"}, {30, "Gi"}, {20, "Mi"}, {10, "Ki"}, {0, ""}};

constexpr wide most_whole = 10'000;  // of a smaller unit, rather than a fraction of a larger one

bool is_bytes(std::string_view resource) {
  return resource == "memory" || resource == "ephemeral-storage" || resource == "storage" ||
         resource.starts_with("hugepages-");
}

std::string with_fraction(wide of_unit, wide parts, const char* suffix) {
  std::string out = fmt::format("{}", static_cast<std::int64_t>(of_unit / parts));
  wide rest = of_unit % parts;
  if (rest != 0) out += '.';
  for (wide place = parts / 10; rest != 0; place /= 10) {
    out += static_cast<char>('0' + static_cast<int>(rest / place));
    rest %= place;
  }
  return out + suffix;
}

// `magnitude` is above 0.
std::string bytes_text(wide magnitude, rounding to) {
  const byte_unit* unit = units;
  while (unit->bits > 0 && magnitude >> unit->bits == 0) ++unit;
  const wide one = wide{1} << unit->bits;
  if (magnitude * 10 % one == 0) return with_fraction(magnitude * 10 / one, 10, unit->suffix);
  const byte_unit* smaller = unit + 1;  // a whole number of bytes has come out above
  if ((magnitude >> smaller->bits) << smaller->bits == magnitude && magnitude >> smaller->bits < most_whole)
    return with_fraction(magnitude >> smaller->bits, 1, smaller->suffix);
  const wide hundredths = magnitude * 100 / one + (to == rounding::up && magnitude * 100 % one != 0 ? 1 : 0);
  return with_fraction(hundredths, 100, unit->suffix);
}

}  // namespace

std::string amount_text(std::string_view resource, std::int64_t amount, rounding to) {
  if (resource == "cpu") return amount % 1000 == 0 ? fmt::format("{}", amount / 1000) : fmt::format("{}m", amount);
  if (!is_bytes(resource) || amount == 0) return fmt::format("{}", amount);
  if (amount > 0) return bytes_text(amount, to);
  return "-" + bytes_text(-static_cast<wide>(amount), to == rounding::up ? rounding::down : rounding::up);
}

}  // namespace berth::scoring
