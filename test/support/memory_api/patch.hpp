#pragma once

#include "test/support/memory_api/json.hpp"

#include <string_view>

/// The three kinds of PATCH that an API server takes. Each returns the changed object, or throws a refusal: 400 for a
/// patch that is none, 422 for one that cannot be applied.
namespace berth::memory_api {

/// RFC 7386: application/merge-patch+json.
json merge_patched(json object, const json& patch);

/// RFC 6902: application/json-patch+json.
json json_patched(json object, const json& operations);

/// application/strategic-merge-patch+json: lists whose elements have a key are merged by it.
/// Upstream: apimachinery/pkg/util/strategicpatch, and the patchMergeKey tags of k8s.io/api.
/// Knows $patch, $retainKeys, $deleteFromPrimitiveList and $setElementOrder.
json strategic_merge_patched(json object, const json& patch);

}  // namespace berth::memory_api
