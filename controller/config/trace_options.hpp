#pragma once

#include <string>
#include <vector>

namespace berth::controller {

/// `berth trace`.
struct trace_options {
  std::vector<std::string> words;  ///< as typed: "pod", "default/web"
  std::string namespace_;          ///< -n, else what `words` say, else "default"
  std::string name;
  std::string from = "http://127.0.0.1:10251";
  std::string program = "berth";  ///< the name that it goes by
  bool watch = false;
  std::string output = "text";
};

}  // namespace berth::controller
