#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "test/parity/recordings.hpp"
#include "test/parity/replay.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <iostream>

using namespace berth;

TEST_CASE("parity: recorded clusters are judged as kube-scheduler judged them") {
  test::tally all;
  for (const std::filesystem::path& file : test::recordings())
    all.add(test::replay(test::read_recording(file), test::parity_folder / "configs", file.stem().stem().string()));
  for (const std::string& difference : all.differences) FAIL_CHECK(difference);
  std::cout << "parity: " << all.pods << " pods; compared: " << all.nodes << " node verdicts, " << all.scores
            << " scores, " << all.messages << " messages, " << all.bests << " sets of best nodes, " << all.nominations
            << " nominations, " << all.victims << " lists of victims, " << all.wakes << " events\n";
  std::size_t skipped = 0;
  for (const auto& [why, count] : all.skipped) {
    std::cout << "parity: skipped " << count << ": " << why << '\n';
    skipped += count;
  }
  // Should recordings go missing, or a part of the comparison fall silent, this is not a test any more: the floors are
  // a little below what the recordings hold.
  CHECK(all.pods >= 1800);
  CHECK(all.nodes >= 18200);
  CHECK(all.scores >= 23200);
  CHECK(all.messages >= 820);
  CHECK(all.bests >= 960);
  CHECK(all.nominations >= 820);
  CHECK(all.victims >= 18);
  CHECK(all.wakes >= 30);
  CHECK(skipped <= 10);
}
