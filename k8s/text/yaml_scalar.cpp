#include "k8s/text/yaml_scalar.hpp"

#include "k8s/text/base64.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace berth::k8s {

namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

/// As Go's strconv.ParseInt with base 0: 0x, 0o, 0b, and octal after a plain 0. `out_of_range` tells "too large" from
/// "no integer".
struct integer_scan {
  std::optional<std::int64_t> number;
  bool out_of_range = false;
};

integer_scan scan_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text.front() == '0') {
    const char mark = text[1];
    base = mark == 'x' || mark == 'X' ? 16 : mark == 'b' || mark == 'B' ? 2 : 8;
    text.remove_prefix(base != 8 || mark == 'o' || mark == 'O' ? 2 : 1);
  }
  if (text.empty() || text.front() == '-') return {};
  std::uint64_t magnitude = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), magnitude, base);
  if (end != text.data() + text.size() || failure == std::errc::invalid_argument) return {};
  constexpr std::uint64_t limit = std::uint64_t{1} << 63;
  if (failure == std::errc::result_out_of_range || magnitude > limit || (magnitude == limit && !negative)) {
    return {std::nullopt, true};
  }
  return {static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude), false};
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool is_float(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t whole = digits_at(text, at);
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits_at(text, at + 1);
    if (whole + fraction == 0) return false;
    at += 1 + fraction;
  } else if (whole == 0) {
    return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t exponent = digits_at(text, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == text.size();
}

std::optional<double> to_double(std::string_view text) {
  const double number = std::strtod(std::string(text).c_str(), nullptr);
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

// On the way through JSON a whole number loses its ".0", and fits a field for integers.
value without_needless_fraction(double number) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (number == std::trunc(number) && std::abs(number) <= exact) return static_cast<std::int64_t>(number);
  return number;
}

/// Whether a value is what a tag of YAML's core claims: "bool", "int", "float", "null".
bool is_a(std::string_view claim, const value& v) {
  if (claim == "bool") return v.as_bool() != nullptr;
  if (claim == "int") return v.as_int() != nullptr;
  if (claim == "float") return v.as_int() != nullptr || v.as_double() != nullptr;
  return v.is_null();
}

}  // namespace

result<value> resolve_scalar(std::string_view tag, const std::string& text) {
  constexpr std::string_view core = "tag:yaml.org,2002:";
  const auto no_json = [&] { return error{errc::malformed, excerpt(text, 64) + " is not JSON"}; };
  const std::string_view claim = tag.starts_with(core) ? tag.substr(core.size()) : std::string_view();
  if (claim == "binary") {
    const auto bytes = decode_base64(text);
    if (!bytes) return error{errc::malformed, "!!binary is not followed by base64"};
    return value(valid_utf8(*bytes));
  }
  if (tag == "?" || tag.empty()) {
    auto meaning = resolve_plain_scalar(text);
    if (!meaning) return no_json();
    return std::move(*meaning);
  }
  if (!is_one_of(claim, {"bool", "int", "float", "null"})) return value(text);
  auto meaning = resolve_plain_scalar(text);
  if (!meaning) return no_json();
  if (is_a(claim, *meaning)) return std::move(*meaning);
  return error{errc::malformed, fmt::format("{} is no !!{}", excerpt(text, 64), claim)};
}

std::optional<value> resolve_plain_scalar(std::string_view text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return value();
  if (is_one_of(text, {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) return value(true);
  if (is_one_of(text, {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}))
    return value(false);
  if (is_one_of(text, {".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf",
                       "-.INF"})) {
    return std::nullopt;
  }
  const bool numeric = is_digit(text.front()) || is_one_of(text.substr(0, 1), {"+", "-", "."});
  if (!numeric) return value(std::string(text));
  std::string plain(text);
  if (text.front() != '.') {
    std::erase(plain, '_');
    const integer_scan scan = scan_integer(plain);
    if (scan.number) return value(*scan.number);
  }
  if (is_float(plain)) {
    const auto number = to_double(plain);
    if (number) return without_needless_fraction(*number);
  }
  return value(std::string(text));
}

std::optional<value> resolve_json_number(std::string_view text) {
  std::int64_t integer = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (failure == std::errc() && end == text.data() + text.size()) return value(integer);
  const auto number = to_double(text);
  if (!number) return std::nullopt;
  return value(*number);
}

std::optional<std::string> key_of_scalar(const value& scalar) {
  if (const auto* text = scalar.as_string()) return *text;
  if (const auto* b = scalar.as_bool()) return *b ? "true" : "false";
  if (const auto* i = scalar.as_int()) return std::to_string(*i);
  if (const auto* d = scalar.as_double()) return fmt::format("{}", *d);
  return std::nullopt;
}

}  // namespace berth::k8s
