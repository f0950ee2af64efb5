#include "test/bench/hostile.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// Prints the hostile pods, for benchmarks that are not C++: their kinds ("NAME MOST" in a line each), or one of them.
///
///   hostile_pods
///   hostile_pods host_ports 20000
int main(int argc, char** argv) {
  using namespace berth::bench;
  const auto& kinds = hostile_pods();
  if (argc == 1) {
    for (const hostile_pod& kind : kinds) std::printf("%s %zu\n", kind.name, kind.most);
    return 0;
  }
  const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                 [&](const hostile_pod& k) { return std::string_view(k.name) == argv[1]; });
  if (argc != 3 || kind == kinds.end()) {
    std::fputs("usage: hostile_pods [KIND HOW_MANY]\n", stderr);
    return 2;
  }
  std::puts(kind->json(std::strtoul(argv[2], nullptr, 10)).c_str());
}
