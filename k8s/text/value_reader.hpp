#pragma once

#include "k8s/error.hpp"
#include "k8s/text/value.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Documents that people write, JSON or YAML, to neutral values. Pure.
///
/// YAML scalars mean what they mean to kubectl and kube-scheduler (sigs.k8s.io/yaml over yaml.v2): plain true/yes/on
/// and false/no/off in any usual case are booleans, 0x1f, 0o17, 1_000 are integers, ~ and null are null, quoted ones
/// are strings. Keys are strings; a duplicate key is an error. Timestamps stay strings. An integer beyond int64 becomes
/// a double.
///
/// Caps: 4 MiB, depth 64, 100 aliases, 100,000 values after aliases are expanded.
/// Errors begin with where: "berth.yaml:3:7: duplicate key \"profiles\"".
namespace berth::k8s {

/// Exactly one document (leading and trailing empty ones aside). An empty text is null. `name` is the file's, for
/// errors.
result<value> read_value(std::string_view text, std::string name);

/// Exactly one value in strict JSON: for what programs write into annotations. Same caps. A duplicate key is an error.
result<value> read_json_value(std::string_view text, std::string name);

/// Any number of documents, separated by "---"; empty ones are left out.
result<std::vector<value>> read_values(std::string_view text, std::string name);

}  // namespace berth::k8s
