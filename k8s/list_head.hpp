#pragma once

#include <string>

namespace berth::k8s {

/// What a list says of itself, beside its items.
struct list_head {
  std::string resource_version;
  std::string continue_token;
  std::string kind = "";  ///< "PodList", "List"
};

}  // namespace berth::k8s
