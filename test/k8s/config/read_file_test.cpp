#include "k8s/config/read_file.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

using namespace berth::k8s;

namespace {

struct temporary_file {
  explicit temporary_file(const std::string& text) {
    char name[] = "/tmp/berth-read-file-XXXXXX";
    const int descriptor = ::mkstemp(name);
    REQUIRE(descriptor >= 0);
    path = name;
    std::ofstream(path, std::ios::binary) << text;
  }
  ~temporary_file() { std::remove(path.c_str()); }
  std::string path;
};

std::string refusal(const std::string& path, std::size_t most = 1 << 20) {
  const auto text = read_file(path, most);
  return text ? "read" : text.error().detail;
}

}  // namespace

TEST_CASE("read file: all of it, byte by byte") {
  for (const std::size_t size : {0u, 1u, 65'535u, 65'536u, 65'537u, 300'000u, 1u << 20}) {
    std::string text(size, 'x');
    if (size > 2) text[1] = '\0';
    const temporary_file file(text);
    CHECK(read_file(file.path, 1 << 20).value() == text);
  }
}

TEST_CASE("read file: why it cannot be read") {
  CHECK(refusal("/nonexistent/f") == "/nonexistent/f: no such file");
  CHECK(read_file("/nonexistent/f", 1).error().code == errc::not_found);
  CHECK(refusal("/dev/null/f") == "/dev/null/f: no such file");
  CHECK(refusal("/") == "/: cannot be read: Is a directory");
  const temporary_file large(std::string((1 << 20) + 1, 'x'));
  CHECK(refusal(large.path) == large.path + ": larger than 1 MiB");
  CHECK(refusal("/dev/zero") == "/dev/zero: larger than 1 MiB");
}
