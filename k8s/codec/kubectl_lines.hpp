#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What kubectl tells people rather than programs, where it stands among objects: `kubectl get ... > file 2>&1` writes
/// warnings, lines of kubectl's own log and errors into the file. Pure.
namespace berth::k8s {

struct kubectl_error {
  std::size_t line;  ///< of the text, from 1
  std::string text;  ///< fit for one line of a message
};

/// The text with those lines emptied, a view into it or into `kept`: positions stay what they were. Warnings and logs
/// are passed over; what says that objects are missing is added to `errors`, 16 at most.
///
/// Only lines that begin in the first column count: in YAML an object's own text is indented, and JSON has no line ends
/// within text.
std::string_view without_kubectl_lines(std::string_view text, std::string& kept, std::vector<kubectl_error>& errors);

}  // namespace berth::k8s
