#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Protobuf written by hand, for tests.
namespace berth::test {

inline std::string varint(std::uint64_t n) {
  std::string bytes;
  for (; n >= 0x80; n >>= 7) bytes += static_cast<char>(n | 0x80);
  return bytes + static_cast<char>(n);
}

/// A text or a message.
inline std::string field(unsigned number, std::string_view bytes) {
  return varint(number << 3 | 2U).append(varint(bytes.size())).append(bytes);
}
inline std::string field(unsigned number, const std::string& bytes) { return field(number, std::string_view(bytes)); }
inline std::string field(unsigned number, const char* bytes) { return field(number, std::string_view(bytes)); }
inline std::string integer(unsigned number, std::uint64_t n) { return varint(number << 3).append(varint(n)); }

/// As Kubernetes wraps an object that is not within another.
inline std::string enveloped(const std::string& kind, const std::string& object) {
  return std::string("k8s\0", 4) + field(1, field(1, "v1") + field(2, kind)) + field(2, object) + field(3, "") +
         field(4, "");
}

/// A WatchEvent, without its length. `object` is enveloped.
inline std::string watch_event_bytes(const std::string& type, const std::string& object) {
  return field(1, type) + field(2, field(1, object));
}

/// A frame: four bytes of length before it.
inline std::string framed(const std::string& bytes) {
  std::string length;
  for (int shift = 24; shift >= 0; shift -= 8) length += static_cast<char>(bytes.size() >> shift);
  return length + bytes;
}

}  // namespace berth::test
