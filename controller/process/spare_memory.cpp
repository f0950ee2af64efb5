#include "controller/process/spare_memory.hpp"

#include "controller/runtime/process_stats.hpp"

#include <malloc.h>

namespace berth::controller {

namespace {

constexpr std::chrono::minutes look_every{1};
constexpr std::size_t not_worth_it = std::size_t{32} << 20;  ///< code, stacks, and what allocation itself needs

}  // namespace

bool worth_giving_back(std::size_t resident_bytes, std::size_t used_bytes) {
  return resident_bytes > used_bytes + used_bytes / 16 + not_worth_it;
}

k8s::task<void> give_back_memory(k8s::clock& time) {
  for (;;) {
    co_await time.sleep_for(look_every);
    const struct mallinfo2 heap = ::mallinfo2();
    const auto resident = static_cast<std::size_t>(read_process_stats().resident_bytes);
    if (worth_giving_back(resident, heap.uordblks + heap.hblkhd)) ::malloc_trim(0);
  }
}

}  // namespace berth::controller
