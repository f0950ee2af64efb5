#pragma once

#include <string_view>

/// Whether a text that comes from outside can be the name of a pod, a node or a namespace: lower-case DNS labels joined
/// by dots, of at most 253 bytes. Upstream: apimachinery/pkg/api/validation, NameIsDNSSubdomain.
namespace berth::k8s {

bool is_object_name(std::string_view text) noexcept;

}  // namespace berth::k8s
