#pragma once

#include "test/parity/comparison.hpp"

#include <filesystem>
#include <functional>
#include <string>

/// The recorded clusters, all of them.
namespace berth::test {

inline const std::filesystem::path parity_folder = BERTH_PARITY_DIR;

/// Judges one recording: it, the folder of the configurations that it may name, and what differences begin with.
using recording_judge = std::function<tally(const recording&, const std::string& configs, const std::string& where)>;

/// The sums over all recordings, which are printed too: "parity: 1827 pods; compared: ...".
tally judge_recordings(const std::string& name, const recording_judge& judge);
/// How many comparisons were left out.
std::size_t skipped(const tally& counts);

}  // namespace berth::test
