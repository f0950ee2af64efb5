#pragma once

#include "k8s/error.hpp"
#include "k8s/text/duplicate_keys.hpp"
#include "k8s/text/value.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Documents that people write, JSON or YAML, to neutral values. Pure.
///
/// What a text means is what it means to kubectl and kube-scheduler (sigs.k8s.io/yaml over yaml.v2): plain true/yes/on
/// and false/no/off in any usual case are booleans, 0x1f, 0o17, 1_000 are integers, ~ and null are null, quoted ones
/// are strings, !!binary is what its base64 holds. Keys are strings. Timestamps stay strings. An integer beyond int64
/// becomes a double. A byte order mark is taken as one, UTF-16 behind it included.
///
/// Caps: 4 MiB, depth 64, 100 aliases, 100,000 values after aliases are expanded.
/// Errors begin with where: "berth.yaml:3:7: duplicate key \"profiles\"".
namespace berth::k8s {

/// The first document (empty ones before it aside): what follows it is not read, as in kubectl and kube-scheduler. An
/// empty text is null. `name` is the file's, for errors. A duplicate key is an error where kube-scheduler reads
/// strictly; in a kubeconfig the last wins.
result<value> read_value(std::string_view text, std::string name, duplicate_keys duplicates = duplicate_keys::refuse);

/// Exactly one value in strict JSON: for what programs write into annotations. Same caps. A duplicate key is an error.
result<value> read_json_value(std::string_view text, std::string name);

/// Any number of documents, separated by "---"; empty ones are left out. A duplicate key is an error.
result<std::vector<value>> read_values(std::string_view text, std::string name);

}  // namespace berth::k8s
