#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::fuzz {
void BERTH_FUZZED(std::string_view bytes);  // fuzz.hpp, without what it includes: this is compiled for each target
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  berth::fuzz::BERTH_FUZZED({reinterpret_cast<const char*>(data), size});
  return 0;
}
