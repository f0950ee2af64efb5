#pragma once

#include "test/support/memory_api/json.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What goes wrong on purpose, for tests: rules that are consulted for every request, and for every line of a watch.
namespace berth::memory_api {

enum class fault_kind {
  answer,       ///< a request is answered with `status` and `body`, and not carried out
  delay,        ///< a request is carried out after `delay`
  close,        ///< the connection is closed instead of an answer; the request is not carried out
  lose_answer,  ///< the request is carried out, and the connection closed instead of an answer
  cut,          ///< half of the answer's body, or of a watch's line, is sent; then the connection is closed
  gone,         ///< a watch's line is replaced by an ERROR event with code 410
  drop,         ///< a watch's line is swallowed
};

/// Applies to what `method` and `path` match, `times` times (-1: for ever), after `skip` matches were let pass.
struct fault {
  fault_kind kind = fault_kind::answer;
  std::string method = {};  ///< "" matches any request; "WATCH" matches the lines of watches
  std::string path = {};    ///< a part of the target, such as "/pods" or "watch=true"; "" matches any
  int times = 1;
  int skip = 0;
  int status = 500;
  std::string body = {};  ///< "": a Status that fits
  std::string content_type = "application/json";
  int retry_after = -1;
  std::chrono::milliseconds delay{0};
};

/// As the control endpoint takes them: {"kind": "answer", "method": "GET", "path": "/nodes", "status": 429,
/// "retryAfter": 1}. Nothing where a field has a wrong name or value.
std::optional<fault> parse_fault(const json& text);

/// The body of a fault's answer.
std::string body_of(const fault& f);

class faults {
 public:
  void add(fault f) { rules_.push_back(std::move(f)); }
  void clear() { rules_.clear(); }
  /// The first rule that applies now; counts it as used.
  std::optional<fault> match(std::string_view method, std::string_view target);

 private:
  std::vector<fault> rules_;
};

}  // namespace berth::memory_api
