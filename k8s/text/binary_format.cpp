#include "k8s/text/binary_format.hpp"

#include <cstddef>

namespace berth::k8s {

namespace {

constexpr std::size_t tar_magic_at = 257;

constexpr struct {
  std::size_t at;
  std::string_view magic;
  std::string_view name;
} formats[] = {
    {0, "\x1F\x8B", "compressed by gzip"},  {0, "\x28\xB5\x2F\xFD", "compressed by zstd"},
    {0, "\xFD\x37zXZ", "compressed by xz"}, {4, "1AY&SY", "compressed by bzip2"},
    {0, "PK\x03\x04", "a zip archive"},     {tar_magic_at, "ustar", "a tar archive"},
};

}  // namespace

std::string_view packed_as(std::string_view bytes) noexcept {
  for (const auto& format : formats)
    if (bytes.size() > format.at && bytes.substr(format.at).starts_with(format.magic)) return format.name;
  return "";
}

}  // namespace berth::k8s
