#pragma once

#include "controller/config/flag.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reads the words of a command line in the grammar of kube-scheduler's flags (Go's pflag): `--flag=value`,
/// `--flag value`, `-v4`, `-v=4`, `-v 4`; a switch alone or `--switch=false`; `_` counts as `-` in names; the last of
/// two wins; after `--` nothing is a flag. Flags may stand before the command and after it, and one dash will do.
namespace berth::controller {

/// One flag or word, as it was understood.
struct argument {
  std::string flag;                  ///< the name, without dashes (of -v: "v"); "" for a word
  std::string typed;                 ///< for errors: "--flag", "-v"
  std::optional<std::string> value;  ///< of a flag: nothing where none was written; of a word: the word itself
};

/// `all` are the commands whose flags may be met. Where several have a flag of one name, all of them are switches or
/// none is.
std::vector<argument> split_arguments(const std::vector<std::string>& typed, const std::vector<command_flags>& all);

/// What is wrong with the first flag that no command has; nothing where every flag is known.
std::optional<std::string> find_unknown_flag(const std::vector<argument>& arguments,
                                             const std::vector<command_flags>& all);

/// What is wrong with the first word that was meant to be a flag or a flag's value: `--switch false`, and flags that
/// begin with a long dash, as they are copied from pages; nothing where no word is.
std::optional<std::string> find_misread_word(const std::vector<argument>& arguments,
                                             const std::vector<command_flags>& all);

/// Gives each flag of the command its value and collects the words. Returns what is wrong with the first that is wrong,
/// in one line that names the flag, its value and what is accepted.
std::optional<std::string> take_arguments(const std::vector<argument>& arguments, const command_flags& command,
                                          const std::vector<command_flags>& all);

/// The nearest of the words, "" where none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& words);

}  // namespace berth::controller
