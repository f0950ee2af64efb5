#include "controller/runtime/go_duration.hpp"
#include "scoring/arguments.hpp"
#include "test/fuzz/fuzz.hpp"

/// Durations as configurations and flags have them, and as logs do.
namespace berth::fuzz {

void duration(std::string_view bytes) {
  const auto read = scoring::parse_duration(bytes);
  if (!read) return;
  const std::string text = controller::go_duration(*read);
  const auto again = scoring::parse_duration(text);
  promise(again == read, "its text is the same duration");
  promise(text.find('e') == text.npos, "no exponents");
}

}  // namespace berth::fuzz
