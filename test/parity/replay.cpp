#include "test/parity/replay.hpp"

#include "controller/config/configuration.hpp"
#include "controller/offline/explain_pods.hpp"
#include "test/parity/doubled_ports.hpp"

#include <set>
#include <stdexcept>
#include <string>
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
  if (!recorded.cluster.dropped.empty()) throw std::runtime_error(recorded.cluster.dropped.front().detail);
  std::vector<scoring::profile> profiles =
      controller::make_profiles(configuration_of(recorded, configs), scoring::default_registry());
  const std::vector<controller::pod_judgement> ours = controller::judge_pods(recorded.cluster, profiles, {});
  tally counts;
  if (ours.size() != recorded.verdicts.size()) {
    counts.differences.push_back(where + " pods: " + std::to_string(recorded.verdicts.size()) + " / " +
                                 std::to_string(ours.size()));
    return counts;
  }
  const doubled_ports doubled(recorded.cluster.pods);
  std::set<std::string> concerned;
  for (const k8s::pod_ptr& pod : recorded.cluster.pods)
    if (pod->node_name.empty() && doubled.concern(*pod->spec)) concerned.insert(pod->key.text());
  for (std::size_t i = 0; i < ours.size(); ++i)
    compare(recorded.verdicts[i], ours[i], where + " " + ours[i].pod, concerned.count(ours[i].pod) != 0, counts);
  return counts;
}

}  // namespace berth::test
