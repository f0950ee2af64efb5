#pragma once

#include "controller/log.hpp"
#include "scoring/effects.hpp"

#include <optional>
#include <string>

/// Performs what plugins asked for.
namespace berth::controller {

/// Writes the log lines; returns the node of a binding, where one was asked for.
std::optional<std::string> perform(scoring::effects& effects, const log& out);

}  // namespace berth::controller
