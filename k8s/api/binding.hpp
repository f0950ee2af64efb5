#pragma once

#include "k8s/api/metadata.hpp"

#include <string>

/// What is POSTed to pods/NAME/binding. A plain value.
namespace berth::k8s {

struct binding {
  object_key pod;
  /// Sent as a precondition: a pod deleted and made anew under the same name answers 409 instead of being bound.
  std::string uid;
  std::string node;
};

}  // namespace berth::k8s
