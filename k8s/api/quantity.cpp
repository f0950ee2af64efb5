#include "k8s/api/quantity.hpp"

#include "k8s/text/sort_by_key.hpp"
#include "k8s/text/utf8.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace berth::k8s {

namespace {

using wide = __int128;

constexpr wide nanos_per_unit = 1'000'000'000;
constexpr std::int64_t max_value = std::numeric_limits<std::int64_t>::max();
constexpr wide max_nanos = wide{max_value} * nanos_per_unit;  // about 9.2e27: 28 digits

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

struct suffix {
  bool binary = false;
  std::int64_t exponent = 0;  // of ten, or of two
};

// The exponent is held within +-10^9: what lies beyond is zero, the smallest or the largest amount anyway.
bool read_exponent(std::string_view digits, std::int64_t& exponent) {
  const bool negative = !digits.empty() && digits.front() == '-';
  if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) digits.remove_prefix(1);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return false;
  for (const char c : digits) exponent = std::min<std::int64_t>(exponent * 10 + (c - '0'), 1'000'000'000);
  if (negative) exponent = -exponent;
  return true;
}

bool read_suffix(std::string_view text, suffix& out) {
  struct known {
    std::string_view text;
    suffix meaning;
  };
  static constexpr known table[] = {
      {"", {false, 0}},   {"m", {false, -3}}, {"Mi", {true, 20}}, {"Gi", {true, 30}},
      {"Ki", {true, 10}}, {"k", {false, 3}},  {"M", {false, 6}},  {"G", {false, 9}},
      {"T", {false, 12}}, {"P", {false, 15}}, {"E", {false, 18}}, {"u", {false, -6}},
      {"n", {false, -9}}, {"Ti", {true, 40}}, {"Pi", {true, 50}}, {"Ei", {true, 60}},
  };
  for (const known& k : table) {
    if (k.text == text) {
      out = k.meaning;
      return true;
    }
  }
  return (text.front() == 'e' || text.front() == 'E') && read_exponent(text.substr(1), out.exponent);
}

// Both round away from zero, as upstream does: who asks for a little gets a little, never nothing.

wide decimal_nanos(std::string_view whole, std::string_view fraction, std::int64_t exponent) {
  const auto first = whole.find_first_not_of('0');
  whole.remove_prefix(first == whole.npos ? whole.size() : first);
  // Digit i of whole+fraction counts 10^(whole.size() - 1 - i + exponent), in nanos 9 more; `places` digits are whole
  // nanos.
  const std::int64_t places = static_cast<std::int64_t>(whole.size()) + exponent + 9;
  wide nanos = 0;
  std::int64_t i = 0;
  bool rest = false;
  const auto add = [&](char c) {
    if (i++ < places) {
      nanos = nanos > max_nanos ? nanos : nanos * 10 + (c - '0');
    } else {
      rest = rest || c != '0';
    }
  };
  for (const char c : whole) add(c);
  for (const char c : fraction) add(c);
  for (; i < places && nanos != 0 && nanos <= max_nanos; ++i) nanos *= 10;
  return std::min(nanos + (rest ? 1 : 0), max_nanos);
}

wide binary_nanos(std::string_view whole, std::string_view fraction, std::int64_t exponent) {
  const wide unit = nanos_per_unit << exponent;  // below 2^90
  wide units = 0;
  for (const char c : whole) {
    units = units * 10 + (c - '0');
    if (units > max_value) return max_nanos;
  }
  if (units > (max_value >> exponent)) return max_nanos;
  // fraction * unit from the last digit up: floors of floors are exact, and `rest` remembers what was cut.
  wide part = 0;
  bool rest = false;
  for (auto c = fraction.rbegin(); c != fraction.rend(); ++c) {
    part += (*c - '0') * unit;
    rest = rest || part % 10 != 0;
    part /= 10;
  }
  return std::min(units * unit + part + (rest ? 1 : 0), max_nanos);
}

error not_a_quantity(std::string_view text) {
  return {errc::malformed, "\"" + excerpt(text, 64) + "\" is not a quantity"};
}

std::int64_t rounded_away(wide nanos, wide per_unit) {
  const wide whole = nanos / per_unit;
  const wide rest = nanos % per_unit;
  const wide rounded = rest == 0 ? whole : whole + (nanos < 0 ? -1 : 1);
  return static_cast<std::int64_t>(std::clamp(rounded, wide{-max_value}, wide{max_value}));
}

}  // namespace

result<quantity> quantity::parse(std::string_view text) {
  if (text.empty()) return not_a_quantity(text);
  std::string_view rest = text;
  const bool negative = rest.front() == '-';
  if (negative || rest.front() == '+') rest.remove_prefix(1);
  const std::string_view whole = take_digits(rest);
  std::string_view fraction;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    fraction = take_digits(rest);
  }
  suffix s;
  if (!read_suffix(rest, s)) return not_a_quantity(text);
  const wide nanos = s.binary ? binary_nanos(whole, fraction, s.exponent) : decimal_nanos(whole, fraction, s.exponent);
  return quantity(negative ? -nanos : nanos);
}

std::int64_t quantity::value() const noexcept { return rounded_away(nanos_, nanos_per_unit); }

std::int64_t quantity::milli_value() const noexcept { return rounded_away(nanos_, nanos_per_unit / 1000); }

quantity quantity::rounded_to_milli() const noexcept {
  constexpr wide step = nanos_per_unit / 1000;
  const wide rest = nanos_ % step;
  if (rest == 0) return *this;
  return quantity(nanos_ - rest + (rest > 0 ? step : -step));
}

double quantity::as_double() const noexcept {
  // Whole amounts first: in nanos those of memory have more digits than a double.
  if (nanos_ % nanos_per_unit == 0) return static_cast<double>(nanos_ / nanos_per_unit);
  return static_cast<double>(nanos_) / static_cast<double>(nanos_per_unit);
}

std::string quantity::text() const {
  constexpr std::string_view suffixes[] = {"n", "u", "m", ""};
  wide amount = nanos_;
  std::size_t unit = 0;
  while (unit < 3 && amount % 1000 == 0) {
    amount /= 1000;
    ++unit;
  }
  // std::to_string knows no 128 bits.
  const bool negative = amount < 0;
  std::string digits;
  do {
    const auto last = static_cast<int>(amount % 10);
    digits.insert(digits.begin(), static_cast<char>('0' + (negative ? -last : last)));
    amount /= 10;
  } while (amount != 0);
  return (negative ? "-" : "") + digits + std::string(suffixes[unit]);
}

quantity& quantity::operator+=(const quantity& other) noexcept {
  nanos_ = std::clamp(nanos_ + other.nanos_, -max_nanos, max_nanos);
  return *this;
}

quantity& quantity::operator-=(const quantity& other) noexcept {
  nanos_ = std::max<wide>(0, nanos_ - other.nanos_);
  return *this;
}

resource_list::resource_list(std::vector<entry> entries) : entries_(std::move(entries)) { sort_by_key(entries_); }

const quantity* resource_list::find(std::string_view name) const noexcept {
  constexpr std::size_t a_handful = 16;  // is looked through faster one by one
  const auto at = entries_.size() <= a_handful
                      ? std::find_if(entries_.begin(), entries_.end(), [&](const entry& e) { return e.first == name; })
                      : std::lower_bound(entries_.begin(), entries_.end(), name,
                                         [](const entry& e, std::string_view n) { return e.first < n; });
  return at != entries_.end() && at->first == name ? &at->second : nullptr;
}

void resource_list::set(std::string name, quantity amount) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), name,
                                   [](const entry& e, const std::string& n) { return e.first < n; });
  if (at != entries_.end() && at->first == name) {
    at->second = amount;
  } else {
    entries_.emplace(at, std::move(name), amount);
  }
}

void resource_list::add_missing(const resource_list& defaults) {
  std::vector<entry> all;
  all.reserve(entries_.size() + defaults.entries_.size());
  std::set_union(std::make_move_iterator(entries_.begin()), std::make_move_iterator(entries_.end()),
                 defaults.entries_.begin(), defaults.entries_.end(), std::back_inserter(all),
                 [](const entry& a, const entry& b) { return a.first < b.first; });
  entries_ = std::move(all);
}

}  // namespace berth::k8s
