#pragma once

#include "k8s/text/value.hpp"

#include <string>

/// A neutral value as YAML in the form that Kubernetes' programs write: keys sorted, lists as far to the left as the
/// key that they are of, quotes only where a reader would take a text for something else. Pure.
///
/// For values that people wrote and that were read here: their depth is bounded by the reader's.
namespace berth::k8s {

std::string yaml_of(const value& v);

}  // namespace berth::k8s
