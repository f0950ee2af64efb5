#pragma once

#include "k8s/api/selector.hpp"
#include "k8s/text/value.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// How a plugin reads its arguments: strictly, with errors that name the path
/// ("profiles[0].pluginConfig[1].args.limit").
namespace berth::scoring {

/// What is wrong in a configuration, in one line that begins with the path of the field.
class configuration_error : public std::runtime_error {
 public:
  configuration_error(const std::string& path, const std::string& what) : std::runtime_error(path + ": " + what) {}
  explicit configuration_error(const std::string& line) : std::runtime_error(line) {}
};

/// A map of the configuration being read. Each reader takes its field; `finish` refuses what nobody took, so that a
/// typo is an error. Borrows the tree. Typical use: { arguments a(tree, path); limit_ = a.integer("limit", 0, max);
/// a.finish(); }
class arguments {
 public:
  /// Null counts as an empty map. Throws where the value is no map. apiVersion and kind count as taken, in this map
  /// though not in those inside it. An empty path is the document itself: its fields are named alone.
  arguments(const k8s::value& tree, std::string path);

  const std::string& path() const noexcept { return path_; }
  std::string path_of(std::string_view field) const;
  /// There and not null.
  bool has(std::string_view field) const;

  /// Absent (or null) fields give nothing / the fallback; a wrong type or range throws.
  std::optional<std::int64_t> integer(std::string_view field, std::int64_t min, std::int64_t max);
  std::int64_t integer_or(std::string_view field, std::int64_t fallback, std::int64_t min, std::int64_t max);
  std::optional<double> number(std::string_view field);
  bool boolean_or(std::string_view field, bool fallback);
  std::optional<std::string> text(std::string_view field);
  std::string text_or(std::string_view field, std::string fallback);
  /// One of these words, else an error that lists them.
  std::string choice_or(std::string_view field, std::string fallback, std::initializer_list<std::string_view> words);
  /// metav1.Duration: "1m30s", "500ms".
  std::optional<std::chrono::nanoseconds> duration(std::string_view field);
  std::optional<std::vector<std::string>> texts(std::string_view field);
  std::optional<k8s::string_map> string_map(std::string_view field);
  /// Selectors are valid when they come back: keys, operators and values are checked.
  std::optional<k8s::label_selector> label_selector(std::string_view field);
  std::optional<k8s::node_affinity> node_affinity(std::string_view field);
  /// The members of a list, each as arguments of its own; call finish() on each.
  std::vector<arguments> list(std::string_view field);
  std::optional<arguments> map(std::string_view field);
  /// The value as it is, taken; nullptr where absent.
  const k8s::value* raw(std::string_view field);

  [[noreturn]] void fail(std::string_view field, const std::string& what) const;
  /// Throws on the first field that was not taken: "unknown field".
  void finish() const;

 private:
  struct inner {};
  arguments(const k8s::value& tree, std::string path, inner);
  const k8s::value* take(std::string_view field);
  const k8s::value* tree_;
  std::string path_;
  std::vector<std::string> taken_;
};

/// Whether this is "name" or "prefix/name" as labels, resources and topology keys are called.
/// Upstream: apimachinery/pkg/util/validation, IsQualifiedName.
bool is_qualified_name(std::string_view name) noexcept;

/// "1h2m3.5s". Nothing where it is no duration, or one beyond 292 years. Upstream: Go's time.ParseDuration.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace berth::scoring
