#include "test/parity/replay.hpp"

#include "controller/config/configuration.hpp"
#include "controller/offline/explain_pods.hpp"
#include "test/parity/answers.hpp"

#include <vector>

namespace berth::test {

namespace {

controller::scheduler_configuration configuration_of(const recording& recorded, const std::string& configs) {
  if (!recorded.config_text.empty()) return controller::parse_configuration(recorded.config_text, "configuration");
  if (recorded.config.empty()) return controller::default_configuration("default-scheduler");
  return controller::load_configuration(configs + "/" + recorded.config + ".yaml");
}

}  // namespace

tally replay(const recording& recorded, const std::string& configs, const std::string& where) {
  std::vector<scoring::profile> profiles =
      controller::make_profiles(configuration_of(recorded, configs), scoring::default_registry());
  const std::vector<controller::pod_judgement> ours = controller::judge_pods(recorded.cluster, profiles, {});
  tally counts;
  if (ours.size() != recorded.verdicts.size()) {
    counts.differences.push_back(where + " pods: " + std::to_string(recorded.verdicts.size()) + " / " +
                                 std::to_string(ours.size()));
    return counts;
  }
  const recording_comparison beside(recorded, where);
  for (std::size_t i = 0; i < ours.size(); ++i) counts.add(beside.compare(i, answer_of(ours[i])));
  return counts;
}

}  // namespace berth::test
