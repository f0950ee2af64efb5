#pragma once

#include "test/support/memory_api/json.hpp"

#include <optional>
#include <string_view>

/// What the server says it serves, in the documents that kubectl reads before it does anything.
namespace berth::memory_api {

/// /version
json version_document();

/// Nothing for a path that is no discovery document: /api, /apis, /api/v1, /apis/GROUP, /apis/GROUP/VERSION.
std::optional<json> discovery_document(std::string_view path);

}  // namespace berth::memory_api
