#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Small matters of HTTP bodies.
namespace berth::memory_api {

/// Compressed as a real API server compresses: large bodies, for those who take gzip. Nothing where it would not.
std::optional<std::string> gzipped(std::string_view accept_encoding, const std::string& body);

}  // namespace berth::memory_api
