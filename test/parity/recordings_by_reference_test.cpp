#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "test/parity/recordings.hpp"
#include "test/parity/replay.hpp"

#include <doctest/doctest.h>

#include <iostream>

using namespace berth;

TEST_CASE("reference: it judges the recorded clusters as kube-scheduler judged them") {
  test::tally all;
  for (const std::filesystem::path& file : test::recordings())
    all.add(test::replay_by_reference(test::read_recording(file), test::parity_folder / "configs",
                                      file.stem().stem().string()));
  for (const std::string& difference : all.differences) FAIL_CHECK(difference);
  std::cout << "reference: " << all.pods << " pods; compared: " << all.nodes << " node verdicts, " << all.scores
            << " scores, " << all.messages << " messages, " << all.bests << " sets of best nodes, " << all.nominations
            << " nominations, " << all.victims << " lists of victims\n";
  std::size_t skipped = 0;
  for (const auto& [why, count] : all.skipped) {
    std::cout << "reference: skipped " << count << ": " << why << '\n';
    skipped += count;
  }
  // The floors are a little below what the recordings hold.
  CHECK(all.pods >= 1750);
  CHECK(all.nodes >= 17900);
  CHECK(all.scores >= 23000);
  CHECK(all.messages >= 790);
  CHECK(all.bests >= 940);
  CHECK(all.nominations >= 780);
  CHECK(all.victims >= 15);
  CHECK(skipped <= 10);
}
