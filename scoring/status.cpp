#include "scoring/status.hpp"

namespace berth::scoring {

std::string_view name_of(code c) noexcept {
  switch (c) {
    case code::success:
      return "Success";
    case code::error:
      return "Error";
    case code::unschedulable:
      return "Unschedulable";
    case code::unschedulable_and_unresolvable:
      return "UnschedulableAndUnresolvable";
    case code::wait:
      return "Wait";
    case code::skip:
      return "Skip";
    case code::pending:
      return "Pending";
  }
  return "";
}

std::string status::message() const {
  std::string text;
  for (const std::string& reason : reasons) {
    if (&reason != &reasons.front()) text += ", ";
    text += reason;
  }
  return text;
}

}  // namespace berth::scoring
