#pragma once

#include <string>

/// What this executable is.
namespace berth::controller {

std::string version_number();  ///< "0.1.0" of a release, else "0.1.0-dev+1a2b3c4d5e": cmake/version.sh
std::string version_commit();  ///< of the sources, "unknown" where git does not know them
std::string version_build();   ///< "Release, GCC 12.2.0"

/// "berth 0.1.0 (commit 1a2b3c4d5e, Release, GCC 12.2.0)"
/// An executable of another name is a scheduler of somebody's own: "my-scheduler, built on berth 0.1.0 (...)"
std::string version_text(const std::string& program = "berth");

}  // namespace berth::controller
