#include "controller/runtime/go_duration.hpp"

#include <fmt/format.h>

namespace berth::controller {

std::string go_duration(std::chrono::nanoseconds d) {
  const std::int64_t ns = d.count();
  if (ns < 0) return "-" + go_duration(-d);
  if (ns == 0) return "0s";
  if (ns < 1'000) return fmt::format("{}ns", ns);
  if (ns < 1'000'000) return fmt::format("{}µs", static_cast<double>(ns) / 1e3);
  if (ns < 1'000'000'000) return fmt::format("{}ms", static_cast<double>(ns) / 1e6);
  const auto whole_minutes = ns / 60'000'000'000;
  const std::string rest = fmt::format("{}s", static_cast<double>(ns % 60'000'000'000) / 1e9);
  if (whole_minutes == 0) return rest;
  if (whole_minutes < 60) return fmt::format("{}m{}", whole_minutes, rest);
  return fmt::format("{}h{}m{}", whole_minutes / 60, whole_minutes % 60, rest);
}

}  // namespace berth::controller
