#pragma once

#include <cstdint>
#include <string_view>

namespace berth::k8s {

/// The forms in which an API server sends objects.
enum class encoding : std::uint8_t { json, protobuf };

/// Their names in Accept and Content-Type, and in flags and configurations.
inline constexpr std::string_view json_content_type = "application/json";
inline constexpr std::string_view protobuf_content_type = "application/vnd.kubernetes.protobuf";

/// An object, a list's item or a watch's event, as the API server sent it.
struct encoded {
  std::string_view bytes;
  encoding form = encoding::json;
  /// Of an item of a protobuf list, whose bytes do not say it: "Pod". "" elsewhere.
  std::string_view kind = {};
};

}  // namespace berth::k8s
