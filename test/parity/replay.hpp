#pragma once

#include "test/parity/comparison.hpp"
#include "test/parity/recording.hpp"

#include <string>

/// A recording judged again.
namespace berth::test {

/// By berth. `configs` is the folder of the configurations that recordings name; `where` goes before each difference.
/// Throws where the configuration or the cluster cannot be read.
tally replay(const recording& recorded, const std::string& configs, const std::string& where);

/// By the reference engine (test/reference), which knows nothing of berth.
tally replay_by_reference(const recording& recorded, const std::string& configs, const std::string& where);

}  // namespace berth::test
