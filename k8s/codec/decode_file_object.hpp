#pragma once

#include "k8s/codec/scrutiny.hpp"
#include "k8s/error.hpp"

#include <memory>
#include <string_view>

/// As decode.hpp, for objects of files: looked at as closely as `how` says, which no object of a server is. Pure.
namespace berth::k8s {

/// Of the kinds that a cluster's file may hold. Remarks begin with kind, namespace and name.
template <class Object>
result<std::shared_ptr<const Object>> decode_file_object(std::string_view json, const scrutiny& how);

}  // namespace berth::k8s
