#pragma once

#include "test/simulation/plan.hpp"
#include "test/simulation/referee.hpp"
#include "test/simulation/replica.hpp"
#include "test/simulation/run.hpp"

#include <string>
#include <vector>

/// What must hold of a cluster that was left in peace. Each function tells the referee of what does not.
namespace berth::simulation {

/// P4: a pod that waits fits nowhere.
void judge_placement(referee& judge);
/// P6: what a process holds is what the server has, and nothing is under way in it. How it differs: nothing, or lines.
std::vector<std::string> faults_of_cache(const referee& truth, const replica& process);
/// P7: a pod that waits has a condition, and an event where nothing kept events away.
void judge_words(referee& judge, const plan& p);

end_state end_of(const referee& truth);

}  // namespace berth::simulation
