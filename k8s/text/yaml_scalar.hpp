#pragma once

#include "k8s/error.hpp"
#include "k8s/text/value.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What a YAML scalar means to Kubernetes. Private to k8s/text. Upstream: go.yaml.in/yaml/v2, resolve.go, and what
/// sigs.k8s.io/yaml makes of it on the way to JSON.
namespace berth::k8s {

/// A scalar under a tag as yaml-cpp gives it: "?" of a plain one, "!" of a quoted one, "tag:yaml.org,2002:binary" of
/// `!!binary`. errc::malformed says why it has no meaning.
result<value> resolve_scalar(std::string_view tag, const std::string& text);

/// A plain scalar: null, boolean, integer, number or string. Nothing where it has no meaning in JSON (.inf, .nan).
std::optional<value> resolve_plain_scalar(std::string_view text);

/// JSON's numbers: integers that fit 64 bits, doubles else; nothing beyond a double's range.
std::optional<value> resolve_json_number(std::string_view text);

/// The text of a scalar as a key of a JSON object; nothing for null.
std::optional<std::string> key_of_scalar(const value& scalar);

}  // namespace berth::k8s
