#pragma once

#include "test/parity/comparison.hpp"
#include "test/parity/recording.hpp"

#include <string>

/// A recording judged again, by berth.
namespace berth::test {

/// `configs` is the folder of the configurations that recordings name; `where` goes before each difference. Throws
/// where the configuration or the cluster cannot be read.
tally replay(const recording& recorded, const std::string& configs, const std::string& where);

}  // namespace berth::test
