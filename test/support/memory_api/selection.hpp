#pragma once

#include "test/support/memory_api/json.hpp"

#include <string>
#include <string_view>
#include <vector>

/// `labelSelector` and `fieldSelector` of a request: which objects it is about.
///
/// Upstream: apimachinery/pkg/labels, apimachinery/pkg/fields, and the field labels that each kind's conversion
/// registers.
namespace berth::memory_api {

struct resource;

class selection {
 public:
  selection() = default;
  /// Throws a refusal (400) for what does not parse and for a field that the resource cannot be selected by.
  selection(const resource& of, std::string_view labels, std::string_view fields);

  bool everything() const noexcept { return labels_.empty() && fields_.empty(); }
  bool matches(const json& object) const;

 private:
  enum class op { in, not_in, exists, absent, greater, less };
  struct requirement {
    std::string key;
    op how;
    std::vector<std::string> values;
  };
  void parse_labels(std::string_view text);
  void parse_fields(const resource& of, std::string_view text);
  static bool holds(const requirement& r, const json* found);

  std::vector<requirement> labels_;
  std::vector<requirement> fields_;
};

}  // namespace berth::memory_api
