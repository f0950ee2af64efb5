#include "test/fuzz/targets.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  berth::k8s::BERTH_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
