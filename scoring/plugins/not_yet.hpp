#pragma once

#include "scoring/registry.hpp"

/// Upstream plugins that berth knows by name alone: a configuration may enable, order, weigh and disable them at all of
/// their extension points, and their arguments are read strictly. Each knows which pods use what it decides, and
/// refuses those in its Filter with a reason that says so: such a pod waits rather than be bound as if it had not
/// asked. What is disabled refuses nothing, as upstream.
namespace berth::scoring {

/// Enters them all.
void add_not_yet(registry& plugins);

/// The reason: "berth does not support resource claims yet".
std::string not_yet_reason(std::string_view what);

/// For a refusal that only a change of the pod itself can cure.
std::vector<event_interest> cured_by_own_update();

}  // namespace berth::scoring
