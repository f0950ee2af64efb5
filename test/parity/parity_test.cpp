#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "test/parity/recordings.hpp"
#include "test/parity/replay.hpp"

#include <doctest/doctest.h>

using namespace berth;

TEST_CASE("parity: recorded clusters are judged as kube-scheduler judged them") {
  const test::tally all = test::judge_recordings("parity", test::replay);
  for (const std::string& difference : all.differences) FAIL_CHECK(difference);
  // Should recordings go missing, or a part of the comparison fall silent, this is not a test any more: the floors are
  // a little below what the recordings hold.
  CHECK(all.pods >= 1800);
  CHECK(all.nodes >= 18200);
  CHECK(all.scores >= 23200);
  CHECK(all.messages >= 820);
  CHECK(all.bests >= 960);
  CHECK(all.nominations >= 820);
  CHECK(all.victims >= 25);
  CHECK(all.wakes >= 30);
  CHECK(test::skipped(all) <= 10);
}
