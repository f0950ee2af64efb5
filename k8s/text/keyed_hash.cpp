#include "k8s/text/keyed_hash.hpp"

#include <random>

namespace berth::k8s {

namespace {

hash_key drawn_key() {
  std::random_device source;
  const auto draw = [&source] { return std::uint64_t{source()} << 32 | source(); };
  const std::uint64_t first = draw();
  return {first, draw()};
}

}  // namespace

const hash_key& process_hash_key() {
  static const hash_key key = drawn_key();
  return key;
}

}  // namespace berth::k8s
