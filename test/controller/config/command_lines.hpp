#pragma once

#include "controller/config/options.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Command lines in a test: what is made of them, or what is wrong with them.
namespace berth::test {

inline controller::run_options run(std::vector<std::string> words) {
  return std::get<controller::run_options>(controller::parse_command_line(std::move(words)));
}

inline std::string complaint(std::vector<std::string> words, int code = 1) {
  try {
    controller::parse_command_line(std::move(words));
  } catch (const controller::usage_error& e) {
    CHECK(e.exit_code == code);
    return e.what();
  }
  return "accepted";
}

}  // namespace berth::test
