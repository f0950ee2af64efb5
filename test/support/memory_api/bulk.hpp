#pragma once

#include "test/support/memory_api/json.hpp"

#include <optional>
#include <string>

/// Many objects at once, for clusters of a size that request by request would take minutes.
namespace berth::memory_api {

class store;

/// Puts the items of a v1.List into the store as they are: nothing is checked or filled in, as if they had been written
/// into etcd. What is wrong with the first item that has no place there (kind unknown, no name), or nothing where all
/// were put.
std::optional<std::string> put_items(store& objects, json list);

}  // namespace berth::memory_api
