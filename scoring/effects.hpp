#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What a plugin wants done outside. The process performs effects in order, after the call that left them returned;
/// those of a Permit plugin once the pod waits, if it is to wait, so that it may be about the pod itself.
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

/// A pod that waits in Permit on behalf of `plugin` need not, now or after a while; it goes on once nobody else holds
/// it. Any plugin may say so, in any call, of any pod. Where the pod does not wait at that time, nothing happens; nor
/// where it waits for the second time by then (it was refused in between and came again).
struct allow_pod {
  std::string uid;
  std::string plugin;
  std::chrono::milliseconds after{0};
};

/// The same, but the pod is refused, whoever else holds it: `plugin` and `message` are what its event names.
struct reject_pod {
  std::string uid;
  std::string plugin;
  std::string message;
  std::chrono::milliseconds after{0};
};

using effect = std::variant<log_line, bind_pod, allow_pod, reject_pod>;

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
