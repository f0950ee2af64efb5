#pragma once

#include "controller/bind/permit_orders.hpp"
#include "controller/runtime/log.hpp"
#include "scoring/effects.hpp"
#include "scoring/storage.hpp"

#include <optional>
#include <string>

/// Performs what plugins asked for.
namespace berth::controller {

/// Writes the log lines, hands on what concerns waiting pods, and lays what is assumed over `objects`; returns the node
/// of a binding, where one was asked for.
std::optional<std::string> perform(scoring::effects& effects, const log& out, permit_desk& waiting,
                                   scoring::storage& objects);
/// The same where no pod waits in Permit and nothing is assumed.
std::optional<std::string> perform(scoring::effects& effects, const log& out);

/// Assumes it, or takes that back; nothing for other effects.
void perform_on(scoring::storage& objects, const scoring::effect& what);

}  // namespace berth::controller
