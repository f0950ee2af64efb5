#pragma once

#include "scoring/engine/explanation.hpp"
#include "scoring/engine/lineup.hpp"
#include "scoring/pod_info.hpp"

#include <string_view>
#include <vector>

/// What exactly is missing on the nodes that refused a pod: asks the plugins that can tell (explains.hpp). For
/// `explain`.
namespace berth::scoring {

/// Fills `shortfalls` from `nodes`, which are sorted by name. `narrowed_by`: the plugins whose PreFilter named nodes,
/// which are to blame where a refusal names no plugin. `cycle` is that of the filters. A plugin that throws is told as
/// what it could not tell.
void enter_shortfalls(explanation& of, const lineup& plugins, const std::vector<std::string_view>& narrowed_by,
                      const pod_info& pod, const cluster& nodes, cycle_state& cycle);

}  // namespace berth::scoring
