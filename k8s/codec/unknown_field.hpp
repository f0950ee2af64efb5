#pragma once

#include "k8s/codec/json_shape.hpp"

#include <span>
#include <string>
#include <string_view>

/// Fields that no table has, in files that people wrote. Most are fields of Kubernetes that are not read here; of some
/// it shows that they are mistakes. Pure. Private to k8s/codec/.
namespace berth::k8s {

/// "unknown field; did you mean nodeSelector?", where the name is nearly that of one of `fields`; or that it belongs
/// elsewhere; "" where nothing tells that it is a mistake.
std::string remark_on_unknown(std::span<const json_field> fields, std::string_view name);

}  // namespace berth::k8s
