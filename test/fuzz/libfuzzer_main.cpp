#include "k8s/text/keyed_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::fuzz {
void BERTH_FUZZED(std::string_view bytes);  // fuzz.hpp, without what it includes: this is compiled for each target
}

/// In place of the library's: with a key that is drawn, a seed would reach other code each time.
const berth::k8s::hash_key& berth::k8s::process_hash_key() {
  static const hash_key key{1, 2};
  return key;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  berth::fuzz::BERTH_FUZZED({reinterpret_cast<const char*>(data), size});
  return 0;
}
