#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What a command takes on its command line, as data: the parser (flag_parser.hpp) and `--help` (flag_help.hpp) both
/// read it, so that they cannot differ.
namespace berth::controller {

/// What a value should have been ("a whole number from 0 to 10"); nothing where it was taken.
using refusal = std::optional<std::string>;
/// Takes the value of a flag, as typed.
using value_taker = std::function<refusal(const std::string& value)>;

struct flag {
  std::string name;           ///< without dashes
  char letter = '\0';         ///< 'v' of -v
  std::string value;          ///< what `--help` calls the value: "FILE"; "" for a switch, which takes true or false
  std::string help;           ///< what the flag does; "" keeps it out of `--help`
  value_taker take;           ///< what it refers to outlives the parse
  std::string fallback = "";  ///< the value where the flag is not given, for `--help`; "" says nothing
  std::string group = "";     ///< the heading in `--help`; "" is "Flags"
  bool required = false;      ///< must be given, and not be empty
  std::string refused = "";   ///< why the flag is not supported, and what to do instead

  bool is_switch() const noexcept { return value.empty(); }
};

/// A command and what it takes.
struct command_flags {
  std::string name;              ///< "run"
  std::string summary;           ///< one line, for the list of commands
  std::string description;       ///< a paragraph, for the command's own help
  std::string examples;          ///< lines for the command's own help, "PROGRAM" for the program's name
  std::vector<flag> flags = {};  ///< in the order of `--help`
  std::string words_usage = "";  ///< "pod NAMESPACE/NAME"; "" where nothing but flags is taken
  /// Flags that people know from other programs under another name, with the one that is meant here: for messages.
  std::vector<std::pair<std::string, std::string>> also_called = {};
  std::vector<std::string>* words = {};  ///< where words go that are no flags; null where there must be none
};

}  // namespace berth::controller
