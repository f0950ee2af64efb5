#include "controller/process/spare_memory.hpp"

#include "controller/runtime/process_stats.hpp"

#include <algorithm>

#include <malloc.h>

namespace berth::controller {

namespace {

constexpr std::chrono::minutes look_every{1};
constexpr std::size_t least = std::size_t{1} << 20;

bool clearly_more(std::size_t a, std::size_t b) { return a > b + std::max(b / 16, least); }

memory_level measure() {
  const struct mallinfo2 heap = ::mallinfo2();
  return {static_cast<std::size_t>(read_process_stats().resident_bytes), heap.uordblks + heap.hblkhd};
}

}  // namespace

bool worth_giving_back(memory_level then, memory_level now) {
  return clearly_more(now.resident, then.resident) || clearly_more(then.in_use, now.in_use);
}

k8s::task<void> give_back_memory(k8s::clock& time) {
  memory_level then;
  for (;;) {
    co_await time.sleep_for(look_every);
    if (!worth_giving_back(then, measure())) continue;
    ::malloc_trim(0);
    then = measure();
  }
}

}  // namespace berth::controller
