#include "k8s/codec/json_shape.hpp"

#include "k8s/api/time.hpp"
#include "k8s/codec/shape_decoder.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace berth::k8s {

namespace {

const char* name_of(json_scalar::type kind) {
  switch (kind) {
    case json_scalar::type::boolean:
      return "a boolean";
    case json_scalar::type::number:
      return "a number";
    case json_scalar::type::string:
      return "a string";
  }
  return "";
}

template <class Integer>
std::string set_integer(void* place, const json_scalar& value) {
  if (value.kind != json_scalar::type::number) return json_mismatch("an integer", value);
  const char* end = value.text.data() + value.text.size();
  const auto [stop, failure] = std::from_chars(value.text.data(), end, *static_cast<Integer*>(place));
  if (failure == std::errc() && stop == end) return {};
  return fmt::format("{} is no integer of {} bits", excerpt(value.text, 64), std::numeric_limits<Integer>::digits + 1);
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string json_mismatch(const char* expected, const json_scalar& value) {
  return fmt::format("expected {}, got {}", expected, name_of(value.kind));
}

std::string json_unknown_word(const json_scalar& value, std::span<const std::string_view> known) {
  std::string all;
  for (const std::string_view word : known) {
    if (!word.empty()) all += (all.empty() ? "" : ", ") + std::string(word);
  }
  return fmt::format("\"{}\" is none of {}", excerpt(value.text, 64), all);
}

std::string set_text(void* place, const json_scalar& value) {
  if (value.kind != json_scalar::type::string) return json_mismatch("a string", value);
  // Escapes can spell half a surrogate pair, which no UTF-8 has.
  if (!is_utf8(value.text)) return "a lone surrogate";
  static_cast<std::string*>(place)->assign(value.text);
  return {};
}

std::string set_boolean(void* place, const json_scalar& value) {
  if (value.kind != json_scalar::type::boolean) return json_mismatch("a boolean", value);
  *static_cast<bool*>(place) = value.truth;
  return {};
}

std::string set_int32(void* place, const json_scalar& value) { return set_integer<std::int32_t>(place, value); }

std::string set_int64(void* place, const json_scalar& value) { return set_integer<std::int64_t>(place, value); }

std::string set_quantity(void* place, const json_scalar& value) {
  if (value.kind == json_scalar::type::boolean) return json_mismatch("a quantity", value);
  const auto amount = quantity::parse(trimmed(value.text));
  if (!amount) return amount.error().detail;
  if (value.strict && *amount < quantity()) return fmt::format("\"{}\" is negative", excerpt(value.text, 64));
  // Upstream: apis/core/v1/defaults.go, SetDefaults_ResourceList.
  *static_cast<quantity*>(place) = amount->rounded_to_milli();
  return {};
}

std::string set_time(void* place, const json_scalar& value) {
  if (value.kind != json_scalar::type::string) return json_mismatch("a time", value);
  const auto time = parse_time(value.text);
  if (!time) return time.error().detail;
  *static_cast<timestamp*>(place) = *time;
  return {};
}

std::string decode_fault::text() const {
  return fmt::format("{}{}{}, at byte {}", path, path.empty() ? "" : ": ", what, offset);
}

std::optional<decode_fault> decode_json(std::string_view text, const json_shape& shape, void* place, json_rest rest,
                                        const scrutiny& how) {
  shape_decoder decoder(text, shape, place, how);
  const auto fault = parse_json(text, decoder, rest);
  if (!fault) return std::nullopt;
  const errc code = fault->why == json_fault::reason::depth ? errc::too_large : errc::malformed;
  return decode_fault{code, decoder.path(), fault->what.empty() ? decoder.what() : fault->what, fault->offset};
}

}  // namespace berth::k8s
