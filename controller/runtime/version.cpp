#include "controller/runtime/version.hpp"

#include <fmt/format.h>

// BERTH_VERSION, BERTH_COMMIT and BERTH_BUILD_TYPE come from the build.

namespace berth::controller {

namespace {
#ifdef __clang__
constexpr const char* compiler = __VERSION__;  // which begins with its name
#else
constexpr const char* compiler = "GCC " __VERSION__;
#endif
}  // namespace

std::string version_number() { return BERTH_VERSION; }
std::string version_commit() { return BERTH_COMMIT; }
std::string version_build() { return fmt::format("{}, {}", BERTH_BUILD_TYPE, compiler); }

std::string version_text(const std::string& program) {
  return fmt::format("{}berth {} (commit {}, {})", program == "berth" ? "" : program + ", built on ", version_number(),
                     version_commit(), version_build());
}

}  // namespace berth::controller
