#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What a plugin wants done outside. The process performs effects in order, after the call that left them returned.
namespace berth::scoring {

/// A log line, klog style: `"message" key="value"`.
struct log_line {
  int verbosity = 0;
  std::string message;
  std::vector<std::pair<std::string, std::string>> fields;
};

/// POST the Binding of this pod to this node.
struct bind_pod {
  std::string node;
};

using effect = std::variant<log_line, bind_pod>;

class effects {
 public:
  void add(effect e) { list_.push_back(std::move(e)); }
  void log(int verbosity, std::string message, std::vector<std::pair<std::string, std::string>> fields = {}) {
    add(log_line{verbosity, std::move(message), std::move(fields)});
  }
  /// Hands over what has gathered, and starts anew.
  std::vector<effect> take() { return std::exchange(list_, {}); }

 private:
  std::vector<effect> list_;
};

}  // namespace berth::scoring
