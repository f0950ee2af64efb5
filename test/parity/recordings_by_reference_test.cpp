#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "test/parity/recordings.hpp"
#include "test/parity/replay.hpp"

#include <doctest/doctest.h>

using namespace berth;

TEST_CASE("reference: it judges the recorded clusters as kube-scheduler judged them") {
  const test::tally all = test::judge_recordings("reference", test::replay_by_reference);
  for (const std::string& difference : all.differences) FAIL_CHECK(difference);
  // The floors are a little below what the recordings hold.
  CHECK(all.pods >= 1750);
  CHECK(all.nodes >= 17900);
  CHECK(all.scores >= 23000);
  CHECK(all.messages >= 790);
  CHECK(all.bests >= 940);
  CHECK(all.nominations >= 780);
  CHECK(all.victims >= 25);
  CHECK(test::skipped(all) <= 10);
}
