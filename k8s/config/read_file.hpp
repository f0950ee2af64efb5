#pragma once

#include "k8s/error.hpp"

#include <cstddef>
#include <cstdio>
#include <string>

/// Whole files with a cap, and in words why one cannot be read: every file that a person names comes through here.
namespace berth::k8s {

/// Errors begin with the path. errc::not_found: "F: no such file"; too_large: "F: larger than 4 MiB"; malformed: "F:
/// cannot be read: Permission denied", "F: cannot be read: Is a directory". `max_bytes` is a multiple of 1 MiB.
result<std::string> read_file(const std::string& path, std::size_t max_bytes);

/// The same for what is open already, such as the standard input. `name` is for the errors.
result<std::string> read_stream(std::FILE* in, const std::string& name, std::size_t max_bytes);

/// "F: no such file", and why that may be where the path begins with a tilde, which only a shell can follow.
std::string no_such_file(const std::string& path);

}  // namespace berth::k8s
