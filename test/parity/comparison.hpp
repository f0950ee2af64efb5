#pragma once

#include "test/parity/recording.hpp"

#include <map>
#include <string>
#include <vector>

/// berth's judgement of a pod beside kube-scheduler's: every node's verdict, every score, the best nodes, messages,
/// errors, where preemption makes room and whose.
///
/// Compared is what rests on plugins that exist. Where kube-scheduler went by a plugin that berth has not yet, berth
/// must refuse: such a node is skipped, and counted under what it went by. A node that berth would take and
/// kube-scheduler would not is a difference, always. Which plugins are not there yet is asked of the registry.
namespace berth::test {

struct tally {
  std::size_t pods = 0;
  std::size_t nodes = 0;
  std::size_t scores = 0;
  std::size_t messages = 0;
  std::size_t bests = 0;
  std::size_t nominations = 0;
  std::size_t victims = 0;  ///< lists of them, whole
  std::size_t wakes = 0;    ///< events, for pods that fit nowhere
  std::map<std::string, std::size_t> skipped;
  std::vector<std::string> differences;

  void add(const tally& more);
};

/// `ours` names where it makes room: one of the nodes that are equally good, or all of them. `wants_doubled_port`: see
/// doubled_ports.hpp; preemption may come out otherwise then, which is counted as skipped.
void compare(const recorded_pod& theirs, const recorded_pod& ours, const std::string& where, bool wants_doubled_port,
             tally& counts);

}  // namespace berth::test
