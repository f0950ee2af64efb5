#include "k8s/api/time.hpp"

#include "test/fuzz/fuzz.hpp"

/// Times as objects have them.
namespace berth::fuzz {

void time(std::string_view bytes) {
  const auto t = k8s::parse_time(bytes);
  if (!t) return check(t.error());
  const auto micro = k8s::parse_time(k8s::format_micro_time(*t));
  promise(micro && *micro == *t, "with microseconds it is the same time");
  const auto whole = k8s::parse_time(k8s::format_time(*t));
  promise(whole && *whole <= *t && *t - *whole < std::chrono::seconds(1), "without them the fraction is cut off");
}

}  // namespace berth::fuzz
