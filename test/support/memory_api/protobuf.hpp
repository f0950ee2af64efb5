#pragma once

#include "test/support/memory_api/json.hpp"

#include <string_view>

/// Kubernetes' protobuf, read: what `kubectl create deployment` and the like send from 1.33 on, whatever a server
/// offers.
///
/// Only the messages and fields that kubectl's own generators fill in; for any other `kubectl create -f` sends JSON.
/// Answers are always JSON, which every client takes. Upstream: the generated.proto files of k8s.io/api and
/// apimachinery.
namespace berth::memory_api {

/// Whether a body of this type is to be read here.
bool is_protobuf(std::string_view content_type) noexcept;

/// The object as JSON. Throws a refusal: 400 where the bytes are cut or crooked, 415 for a message or field it does not
/// know.
json from_protobuf(std::string_view bytes);

}  // namespace berth::memory_api
