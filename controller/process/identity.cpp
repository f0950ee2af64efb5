#include "controller/process/identity.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <random>

namespace berth::controller {

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 && name[0] != '\0' ? name : "localhost";
}

std::uint64_t fresh_random() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

std::string identity_of(const std::string& host) {
  const std::uint64_t a = fresh_random(), b = fresh_random();
  return fmt::format("{}_{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", host, a >> 32, (a >> 16) & 0xffff, a & 0xfff,
                     0x8000 | ((b >> 48) & 0x3fff), b & 0xffffffffffff);
}

}  // namespace berth::controller
