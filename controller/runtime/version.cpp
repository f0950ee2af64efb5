#include "controller/runtime/version.hpp"

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
std::string version_build() { return std::string(BERTH_BUILD_TYPE) + ", " + compiler; }

std::string version_text(const std::string& program) {
  return (program == "berth" ? "" : program + ", built on ") + "berth " + version_number() + " (commit " +
         version_commit() + ", " + version_build() + ")";
}

}  // namespace berth::controller
