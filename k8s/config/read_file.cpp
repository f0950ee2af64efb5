#include "k8s/config/read_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace berth::k8s {

namespace {

constexpr std::size_t first_piece = 64 << 10;

error unreadable(const std::string& name, int number) {
  if (number == ENOENT || number == ENOTDIR) return {errc::not_found, no_such_file(name)};
  return {errc::malformed, name + ": cannot be read: " + std::strerror(number)};
}

struct closer {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

}  // namespace

std::string no_such_file(const std::string& path) {
  return path + ": no such file" +
         (path.starts_with("~/") ? " (the shell has not replaced ~, as after \"=\": write $HOME)" : "");
}

result<std::string> read_stream(std::FILE* in, const std::string& name, std::size_t max_bytes) {
  std::string text;
  std::size_t size = 0;
  errno = 0;
  do {
    // One byte more than is allowed shows that there is more.
    text.resize(std::min(std::max(first_piece, 2 * size), max_bytes + 1));
    size += std::fread(text.data() + size, 1, text.size() - size, in);
  } while (size == text.size() && size <= max_bytes);
  if (std::ferror(in) != 0) return unreadable(name, errno);
  if (size > max_bytes)
    return error{errc::too_large, name + ": larger than " + std::to_string(max_bytes >> 20) + " MiB"};
  text.resize(size);
  return text;
}

result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  const std::unique_ptr<std::FILE, closer> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return unreadable(path, errno);
  return read_stream(file.get(), path, max_bytes);
}

}  // namespace berth::k8s
