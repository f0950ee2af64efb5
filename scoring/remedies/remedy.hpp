#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// Single changes that would let a pod fit. Values.
namespace berth::scoring {

struct remedy {
  /// How much is asked of whoever makes the change: a smaller one is told first. Within one, `size` decides, then text.
  enum class effort { wait, small, pod_rule, node, eviction, new_node, large };

  std::string change = {};  ///< the kind of change, one word: "request-less". docs/explain.md lists them
  std::string text = {};    ///< as an instruction: "ask for 3250m cpu instead of 4"
  std::string node = {};    ///< where the pod would fit then: the first by name. Of "add-node": the node to be like
  std::size_t nodes = 0;    ///< on how many it would fit
  bool of_node = false;     ///< the text names the node
  // Of "request-less" alone, as people write amounts.
  std::string resource = {};
  std::string from = {};
  std::string to = {};

  effort how_much = effort::pod_rule;
  double size = 0;  ///< of changes that have one: which part of the whole is given up

  /// The text, with the nodes on which the pod would fit: "tolerate a=b:NoSchedule (fits on n1 and 2 more nodes)".
  std::string sentence() const;
};

/// How much is tried for one pod.
struct remedy_bounds {
  std::size_t trials = 400;             ///< the pod is judged at most so often
  std::size_t node_checks = 2'000'000;  ///< and not again once so many nodes have been judged in all
  bool evictions = true;                ///< false: preemption has found whom to evict, no other is looked for
};

struct remedy_list {
  std::vector<remedy> told;  ///< the smallest first
  std::size_t tried = 0;     ///< how many times the pod was judged
  bool complete = true;      ///< false: there was more to try than is allowed
};

}  // namespace berth::scoring
