#include "controller/config/options.hpp"

#include "test/fuzz/fuzz.hpp"

#include <string>
#include <vector>

/// A command line, its words on lines.
namespace berth::fuzz {

void command_line(std::string_view bytes) {
  std::vector<std::string> words;
  while (!bytes.empty()) {
    const auto end = std::min(bytes.find('\n'), bytes.size());
    words.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  try {
    controller::parse_command_line(words);
  } catch (const controller::usage_error& refused) {
    promise(is_one_line(refused.what()), "an error is one line");
    promise(refused.exit_code == 1 || refused.exit_code == 2, "and has an exit code");
  }
}

}  // namespace berth::fuzz
