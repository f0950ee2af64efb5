#pragma once

#include "controller/config/flag.hpp"

#include <string>
#include <vector>

/// What `--help` prints, at most 100 columns wide.
namespace berth::controller {

/// Of one command.
std::string help_of(const command_flags& command, const std::string& program);

/// Of the program: its commands, some examples, and the flags of the command that plain `program` means.
std::string help_of_program(const std::vector<command_flags>& commands, const command_flags& plain,
                            const std::string& examples, const std::string& program);

}  // namespace berth::controller
