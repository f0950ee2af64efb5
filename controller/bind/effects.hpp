#pragma once

#include "controller/bind/permit_orders.hpp"
#include "controller/runtime/log.hpp"
#include "scoring/effects.hpp"

#include <optional>
#include <string>

/// Performs what plugins asked for.
namespace berth::controller {

/// Writes the log lines and hands on what concerns waiting pods; returns the node of a binding, where one was asked
/// for.
std::optional<std::string> perform(scoring::effects& effects, const log& out, permit_desk& waiting);
/// The same where no pod waits in Permit.
std::optional<std::string> perform(scoring::effects& effects, const log& out);

}  // namespace berth::controller
