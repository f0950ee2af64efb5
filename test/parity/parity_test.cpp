#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "test/parity/replay.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <vector>

using namespace berth;

namespace {

const std::filesystem::path here = BERTH_PARITY_DIR;

std::vector<std::filesystem::path> recordings() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(here / "clusters"))
    if (entry.path().extension() == ".gz") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("parity: recorded clusters are judged as kube-scheduler judged them") {
  test::tally all;
  for (const std::filesystem::path& file : recordings())
    all.add(test::replay(test::read_recording(file), here / "configs", file.stem().stem().string()));
  for (const std::string& difference : all.differences) FAIL_CHECK(difference);
  std::cout << "parity: " << all.pods << " pods; compared: " << all.nodes << " node verdicts, " << all.scores
            << " scores, " << all.messages << " messages, " << all.bests << " sets of best nodes, " << all.nominations
            << " nominations\n";
  for (const auto& [why, count] : all.skipped) std::cout << "parity: skipped " << count << ": " << why << '\n';
  // Should the recordings go missing, or everything be skipped, this is not a test any more.
  CHECK(all.pods >= 1200);
  CHECK(all.nodes >= 10000);
  CHECK(all.scores >= 6000);
}
