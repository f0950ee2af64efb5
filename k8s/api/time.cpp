#include "k8s/api/time.hpp"

#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace berth::k8s {

namespace {

using std::chrono::floor;
using std::chrono::seconds;

std::string format_seconds(timestamp t) {
  const auto day = floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(floor<seconds>(t) - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

/// Takes fixed pieces off the front of a text.
class scanner {
 public:
  explicit scanner(std::string_view text) : rest_(text) {}

  bool literal(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool number(std::size_t digits, int& out) {
    if (rest_.size() < digits) return false;
    const std::string_view text = rest_.substr(0, digits);
    if (text.find_first_not_of("0123456789") != text.npos) return false;
    std::from_chars(text.data(), text.data() + digits, out);
    rest_.remove_prefix(digits);
    return true;
  }
  bool fraction(std::chrono::microseconds& out) {
    if (!literal('.')) return true;
    const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    std::int64_t unit = 1'000'000;
    std::int64_t micros = 0;
    for (const char c : rest_.substr(0, digits)) {
      unit /= 10;
      micros += unit * (c - '0');
    }
    rest_.remove_prefix(digits);
    out = std::chrono::microseconds(micros);
    return digits > 0;
  }
  bool offset(std::chrono::minutes& out) {
    if (literal('Z')) return true;
    const bool west = literal('-');
    int hours = 0;
    int minutes = 0;
    if (!west && !literal('+')) return false;
    if (!number(2, hours) || !literal(':') || !number(2, minutes) || hours > 23 || minutes > 59) return false;
    out = std::chrono::minutes(hours * 60 + minutes) * (west ? -1 : 1);
    return true;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

timestamp first_of_year(int year) { return std::chrono::sys_days(std::chrono::year(year) / std::chrono::January / 1); }

std::optional<timestamp> scan_time(std::string_view text) {
  scanner s(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::chrono::microseconds fraction{0};
  std::chrono::minutes offset{0};
  const bool shaped = s.number(4, year) && s.literal('-') && s.number(2, month) && s.literal('-') && s.number(2, day) &&
                      s.literal('T') && s.number(2, hour) && s.literal(':') && s.number(2, minute) && s.literal(':') &&
                      s.number(2, second) && s.fraction(fraction) && s.offset(offset) && s.at_end();
  if (!shaped || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const timestamp time = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                         seconds(second) + fraction - offset;
  // An offset may lead beyond the years of RFC 3339: Go reads such a time, but not what it then writes.
  if (time < first_of_year(0) || time >= first_of_year(10'000)) return std::nullopt;
  return time;
}

}  // namespace

std::string format_time(timestamp t) { return format_seconds(t) + "Z"; }

std::string format_micro_time(timestamp t) {
  return fmt::format("{}.{:06}Z", format_seconds(t), (t - floor<seconds>(t)).count());
}

result<timestamp> parse_time(std::string_view text) {
  if (const auto t = scan_time(text)) return *t;
  return error{errc::malformed, fmt::format("\"{}\" is not a time", excerpt(text, 64))};
}

}  // namespace berth::k8s
