#pragma once

#include "controller/config/flag.hpp"
#include "controller/config/run_options.hpp"

#include <vector>

/// The flags of kube-scheduler v1.37 that do nothing here. Those that a manifest may well have (kubeadm's has four) are
/// accepted, so that the manifest works as it is, and a warning in the log says what each does not do; those that
/// would change what the process does or where pods land are refused. The table for users is in docs/operations.md; a
/// test holds the two together.
///
/// Upstream: `kube-scheduler --help`.
namespace berth::controller {

/// `ignored` gets those that are given. It outlives the parse.
std::vector<flag> flags_without_effect(std::vector<ignored_flag>& ignored);

/// A taker of `--feature-gates`: what is at its default is accepted, and so is what does not concern the scheduler.
value_taker feature_gates(std::vector<ignored_flag>& ignored);

}  // namespace berth::controller
