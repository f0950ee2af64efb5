#include "scoring/explain/amount_text.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using namespace berth::scoring;

namespace {

constexpr std::int64_t ki = 1024, mi = ki * ki, gi = mi * ki;

std::string memory_text(std::int64_t bytes, rounding to = rounding::down) { return amount_text("memory", bytes, to); }

}  // namespace

TEST_CASE("amount text: cpu in cores where whole, else in thousandths") {
  CHECK(amount_text("cpu", 4000, rounding::up) == "4");
  CHECK(amount_text("cpu", 3250, rounding::down) == "3250m");
  CHECK(amount_text("cpu", 0, rounding::down) == "0");
  CHECK(amount_text("cpu", -500, rounding::down) == "-500m");
  CHECK(amount_text("cpu", 96'000, rounding::down) == "96");
}

TEST_CASE("amount text: bytes in the unit in which people write them") {
  CHECK(memory_text(16 * gi) == "16Gi");
  CHECK(memory_text(gi + gi / 2) == "1.5Gi");
  CHECK(memory_text(12800 * mi) == "12.5Gi");
  CHECK(memory_text(1500 * mi) == "1500Mi");
  CHECK(memory_text(200 * mi) == "200Mi");
  CHECK(memory_text(64 * ki) == "64Ki");
  CHECK(memory_text(1000) == "1000");
  CHECK(memory_text(0) == "0");
  CHECK(memory_text(-3 * gi) == "-3Gi");
  CHECK(memory_text(2048 * gi) == "2Ti");
  CHECK(amount_text("ephemeral-storage", 100 * gi, rounding::up) == "100Gi");
  CHECK(amount_text("hugepages-2Mi", 512 * mi, rounding::up) == "512Mi");
}

TEST_CASE("amount text: odd bytes keep two decimals, and what is needed never looks like what there is") {
  CHECK(memory_text(7'893'929'984) == "7.35Gi");
  CHECK(memory_text(7'893'929'984, rounding::up) == "7.36Gi");
  CHECK(memory_text(8 * gi - 1) == "7.99Gi");
  CHECK(memory_text(8 * gi + 1, rounding::up) == "8.01Gi");
  CHECK(memory_text(512'000'000, rounding::up) == "488.29Mi");
  CHECK(memory_text(1025, rounding::down) == "1025");
  CHECK(memory_text(20'481'025, rounding::up) == "19.54Mi");
  CHECK(memory_text(-gi - 1) == "-1.01Gi");
}

TEST_CASE("amount text: whole units of everything else, up to the largest numbers there are") {
  CHECK(amount_text("nvidia.com/gpu", 8, rounding::up) == "8");
  CHECK(amount_text("pods", 110, rounding::up) == "110");
  CHECK(memory_text(std::numeric_limits<std::int64_t>::max()) == "7.99Ei");
  CHECK(memory_text(std::numeric_limits<std::int64_t>::max(), rounding::up) == "8Ei");
  CHECK(memory_text(std::numeric_limits<std::int64_t>::min()) == "-8Ei");
}
