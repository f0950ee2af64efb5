#include "scoring/arguments.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace berth::scoring {

namespace {

std::string found(const char* wanted, const k8s::value& v) {
  return fmt::format("expected {}, found {}", wanted, v.kind());
}

std::string out_of_range(std::int64_t got, std::int64_t min, std::int64_t max) {
  if (max == std::numeric_limits<std::int64_t>::max()) return fmt::format("{} is less than {}", got, min);
  return fmt::format("{} is not in the valid range [{}, {}]", got, min, max);
}

}  // namespace

arguments::arguments(const k8s::value& tree, std::string path) : arguments(tree, std::move(path), inner{}) {
  taken_ = {"apiVersion", "kind"};
}

arguments::arguments(const k8s::value& tree, std::string path, inner) : tree_(&tree), path_(std::move(path)) {
  if (!tree.is_null() && tree.as_map() == nullptr)
    throw configuration_error(path_.empty() ? "document" : path_, found("a map", tree));
}

std::string arguments::path_of(std::string_view field) const {
  return path_.empty() ? std::string(field) : fmt::format("{}.{}", path_, field);
}

bool arguments::has(std::string_view field) const {
  const k8s::value* v = tree_->find(field);
  return v != nullptr && !v->is_null();
}

const k8s::value* arguments::take(std::string_view field) {
  taken_.emplace_back(field);
  return has(field) ? tree_->find(field) : nullptr;
}

std::optional<std::int64_t> arguments::integer(std::string_view field, std::int64_t min, std::int64_t max) {
  const k8s::value* v = take(field);
  if (v == nullptr) return std::nullopt;
  const std::int64_t* i = v->as_int();
  if (i == nullptr) fail(field, found("an integer", *v));
  if (*i < min || *i > max) fail(field, out_of_range(*i, min, max));
  return *i;
}

std::int64_t arguments::integer_or(std::string_view field, std::int64_t fallback, std::int64_t min, std::int64_t max) {
  return integer(field, min, max).value_or(fallback);
}

std::optional<double> arguments::number(std::string_view field) {
  const k8s::value* v = take(field);
  if (v == nullptr) return std::nullopt;
  if (const std::int64_t* i = v->as_int()) return static_cast<double>(*i);
  if (const double* d = v->as_double()) return *d;
  fail(field, found("a number", *v));
}

bool arguments::boolean_or(std::string_view field, bool fallback) {
  const k8s::value* v = take(field);
  if (v == nullptr) return fallback;
  if (const bool* b = v->as_bool()) return *b;
  fail(field, found("true or false", *v));
}

std::optional<std::string> arguments::text(std::string_view field) {
  const k8s::value* v = take(field);
  if (v == nullptr) return std::nullopt;
  if (const std::string* s = v->as_string()) return *s;
  fail(field, found("a string", *v));
}

std::string arguments::text_or(std::string_view field, std::string fallback) {
  return text(field).value_or(std::move(fallback));
}

std::string arguments::choice_or(std::string_view field, std::string fallback,
                                 std::initializer_list<std::string_view> words) {
  const std::optional<std::string> given = text(field);
  if (!given) return fallback;
  if (std::find(words.begin(), words.end(), *given) != words.end()) return *given;
  fail(field, fmt::format("\"{}\" is not one of {}", *given, fmt::join(words, ", ")));
}

std::optional<std::chrono::nanoseconds> arguments::duration(std::string_view field) {
  const std::optional<std::string> given = text(field);
  if (!given) return std::nullopt;
  if (const auto d = parse_duration(*given)) return d;
  fail(field, fmt::format("\"{}\" is not a duration such as 15s or 1m30s", *given));
}

std::optional<std::vector<std::string>> arguments::texts(std::string_view field) {
  const k8s::value* v = take(field);
  if (v == nullptr) return std::nullopt;
  const k8s::value::list* members = v->as_list();
  if (members == nullptr) fail(field, found("a list of strings", *v));
  std::vector<std::string> out;
  for (std::size_t i = 0; i < members->size(); ++i) {
    const std::string* s = (*members)[i].as_string();
    if (s == nullptr) fail(fmt::format("{}[{}]", field, i), found("a string", (*members)[i]));
    out.push_back(*s);
  }
  return out;
}

std::optional<k8s::string_map> arguments::string_map(std::string_view field) {
  const k8s::value* v = take(field);
  if (v == nullptr) return std::nullopt;
  const k8s::value::map* members = v->as_map();
  if (members == nullptr) fail(field, found("a map of strings", *v));
  std::vector<k8s::string_map::entry> out;
  for (const auto& [key, member] : *members) {
    const std::string* s = member.as_string();
    if (s == nullptr) fail(fmt::format("{}.{}", field, key), found("a string", member));
    out.emplace_back(key, *s);
  }
  return k8s::string_map(std::move(out));
}

std::vector<arguments> arguments::list(std::string_view field) {
  const k8s::value* v = take(field);
  if (v == nullptr) return {};
  const k8s::value::list* members = v->as_list();
  if (members == nullptr) fail(field, found("a list", *v));
  std::vector<arguments> out;
  for (std::size_t i = 0; i < members->size(); ++i)
    out.push_back(arguments((*members)[i], fmt::format("{}[{}]", path_of(field), i), inner{}));
  return out;
}

std::optional<arguments> arguments::map(std::string_view field) {
  const k8s::value* v = take(field);
  if (v == nullptr) return std::nullopt;
  return arguments(*v, path_of(field), inner{});
}

const k8s::value* arguments::raw(std::string_view field) { return take(field); }

void arguments::fail(std::string_view field, const std::string& what) const {
  throw configuration_error(path_of(field), what);
}

void arguments::finish() const {
  if (const k8s::value::map* members = tree_->as_map())
    for (const auto& [key, member] : *members)
      if (std::find(taken_.begin(), taken_.end(), key) == taken_.end()) fail(key, "unknown field");
}

}  // namespace berth::scoring
