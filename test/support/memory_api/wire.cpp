#include "test/support/memory_api/wire.hpp"

#include <zlib.h>

#include <stdexcept>

namespace berth::memory_api {

namespace {

constexpr std::size_t threshold =
    128 * 1024;  // apiserver/pkg/endpoints/handlers/responsewriters, defaultGzipThresholdBytes
constexpr int gzip_window = 15 + 16;

}  // namespace

std::optional<std::string> gzipped(std::string_view accept_encoding, const std::string& body) {
  if (body.size() < threshold || accept_encoding.find("gzip") == std::string_view::npos) return std::nullopt;
  z_stream stream{};
  if (deflateInit2(&stream, 1, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib: cannot begin to compress");
  std::string packed(deflateBound(&stream, static_cast<uLong>(body.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int end = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (end != Z_STREAM_END) throw std::runtime_error("zlib: cannot compress");
  return packed;
}

}  // namespace berth::memory_api
