#pragma once

#include <string>
#include <vector>

namespace berth::controller {

/// `berth trace`.
struct trace_options {
  std::vector<std::string> words;  ///< as typed: "pod", "default/web"
  std::string namespace_;          ///< -n, else what `words` say, else "default"
  std::string name;
  std::string from = "https://127.0.0.1:10259";
  std::string kubeconfig;  ///< whose credentials are shown over HTTPS
  std::string context;
  std::string certificate_authority;  ///< a file; "": a server on this host is taken at its word, else the system's
  std::string program = "berth";      ///< the name that it goes by
  bool watch = false;
  std::string output = "text";
};

/// Reads `words` into namespace and name. Throws usage_error with what to type instead.
trace_options named(trace_options as_typed);

}  // namespace berth::controller
