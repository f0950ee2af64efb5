#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "controller/config/configuration.hpp"
#include "controller/offline/explain_pods.hpp"
#include "test/parity/comparison.hpp"
#include "test/parity/recording.hpp"

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

test::tally replay(const std::filesystem::path& file) {
  const test::recording recorded = test::read_recording(file);
  const controller::scheduler_configuration configuration =
      recorded.config.empty() ? controller::default_configuration("default-scheduler")
                              : controller::load_configuration(here / "configs" / (recorded.config + ".yaml"));
  std::vector<scoring::profile> profiles = controller::make_profiles(configuration, scoring::default_registry());
  const std::vector<controller::pod_judgement> ours = controller::judge_pods(recorded.cluster, profiles, {});
  test::tally counts;
  REQUIRE(recorded.cluster.dropped.empty());
  REQUIRE(ours.size() == recorded.verdicts.size());
  for (std::size_t i = 0; i < ours.size(); ++i)
    test::compare(recorded.verdicts[i], ours[i], file.stem().stem().string() + " " + ours[i].pod, counts);
  return counts;
}

void add(test::tally& to, test::tally more) {
  to.pods += more.pods;
  to.nodes += more.nodes;
  to.scores += more.scores;
  to.messages += more.messages;
  to.bests += more.bests;
  for (const auto& [why, count] : more.skipped) to.skipped[why] += count;
}

}  // namespace

TEST_CASE("parity: recorded clusters are judged as kube-scheduler judged them") {
  test::tally all;
  for (const std::filesystem::path& file : recordings()) {
    const test::tally of_file = replay(file);
    for (const std::string& difference : of_file.differences) FAIL_CHECK(difference);
    add(all, of_file);
  }
  std::cout << "parity: " << all.pods << " pods; compared: " << all.nodes << " node verdicts, " << all.scores
            << " scores, " << all.messages << " messages, " << all.bests << " sets of best nodes\n";
  for (const auto& [why, count] : all.skipped) std::cout << "parity: skipped " << count << ": " << why << '\n';
  // Should the recordings go missing, or everything be skipped, this is not a test any more.
  CHECK(all.pods >= 1200);
  CHECK(all.nodes >= 10000);
  CHECK(all.scores >= 8000);
}
