#include "k8s/text/binary_format.hpp"

#include <cstddef>

namespace berth::k8s {

namespace {

constexpr struct {
  std::string_view magic;
  std::string_view name;
} formats[] = {
    {"\x1F\x8B", "compressed by gzip"},
    {"\x28\xB5\x2F\xFD", "compressed by zstd"},
    {"\xFD\x37zXZ", "compressed by xz"},
    {"PK\x03\x04", "a zip archive"},
};

// "BZh", the size of its blocks in hundreds of kilobytes, and what the first block begins with.
bool is_bzip2(std::string_view bytes) {
  return bytes.size() > 4 && bytes.starts_with("BZh") && bytes[3] >= '1' && bytes[3] <= '9' &&
         bytes.substr(4).starts_with("1AY&SY");
}

// A header's magic lies behind a file's name and numbers, which are filled up with zeros: no text has these.
bool is_tar(std::string_view bytes) {
  constexpr std::size_t magic_at = 257;
  return bytes.size() > magic_at && bytes.substr(magic_at).starts_with("ustar") &&
         bytes.substr(0, magic_at).find('\0') != bytes.npos;
}

}  // namespace

std::string_view packed_as(std::string_view bytes) noexcept {
  for (const auto& format : formats)
    if (bytes.starts_with(format.magic)) return format.name;
  if (is_bzip2(bytes)) return "compressed by bzip2";
  return is_tar(bytes) ? "a tar archive" : "";
}

}  // namespace berth::k8s
