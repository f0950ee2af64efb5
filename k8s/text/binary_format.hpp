#pragma once

#include <string_view>

/// What a file is that a person took for text, by its first bytes: compressed dumps and archives of them. Pure.
namespace berth::k8s {

/// "compressed by gzip", "a zip archive", for a message that goes on with "unpack it first"; "" for anything else.
std::string_view packed_as(std::string_view bytes) noexcept;

}  // namespace berth::k8s
