#include "test/bench/decisions/cluster_at_work.hpp"

#include <valgrind/callgrind.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <iostream>

/// The instructions that decisions take, for valgrind --tool=callgrind --instr-atstart=no, which counts them: the first
/// decision is its first dump, all others its second. Prints how many decisions there were, and how many of the pods
/// have a node then. Called by instructions.py.
///
///   count_instructions FILE
int main(int argc, char** argv) try {
  if (argc != 2) throw std::runtime_error("usage: count_instructions FILE");
  berth::bench::cluster_at_work cluster(berth::bench::read_cluster_file(argv[1]));
  std::size_t placed = 0;
  CALLGRIND_START_INSTRUMENTATION;
  for (std::size_t i = 0; i < cluster.waiting.size(); ++i) {
    placed += cluster.decide(cluster.waiting[i].pod.pod) ? 1 : 0;
    if (i == 0) CALLGRIND_DUMP_STATS;
  }
  CALLGRIND_DUMP_STATS;
  CALLGRIND_STOP_INSTRUMENTATION;
  std::cout << cluster.waiting.size() << ' ' << placed << '\n';
} catch (const std::exception& wrong) {
  std::cerr << wrong.what() << '\n';
  return 2;
}
