#include "k8s/text/value_reader.hpp"
#include "test/parity/answers.hpp"
#include "test/parity/replay.hpp"
#include "test/reference/profile.hpp"
#include "test/reference/scheduler.hpp"
#include "test/reference/snapshot.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <vector>

namespace berth::test {

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

k8s::value configuration_of(const recording& recorded, const std::string& configs) {
  if (!recorded.config_text.empty()) return k8s::read_value(recorded.config_text, "configuration").value();
  if (recorded.config.empty()) return {};
  return k8s::read_value(text_of(configs + "/" + recorded.config + ".yaml"), recorded.config).value();
}

}  // namespace

tally replay_by_reference(const recording& recorded, const std::string& configs, const std::string& where) {
  const std::vector<reference::profile> profiles = reference::read_profiles(configuration_of(recorded, configs));
  std::set<std::string> names;
  for (const reference::profile& p : profiles) names.insert(p.scheduler_name);
  const reference::snapshot now(recorded.cluster, names);
  const recording_comparison beside(recorded, where);
  tally counts;
  std::size_t nth = 0;
  for (const k8s::pod_ptr& pod : recorded.cluster.pods) {
    if (!pod->node_name.empty() || pod->terminal()) continue;
    for (const reference::profile& p : profiles) {
      if (p.scheduler_name != pod->spec->scheduler_name) continue;
      const reference::decision d = reference::decide(*pod, p, now);
      const tally one = d.left_out.empty() ? beside.compare(nth, answer_of(*pod, d)) : tally{};
      ++nth;
      if (!d.left_out.empty())
        ++counts.skipped["pods with " + d.left_out];
      else if (!d.uncertain.empty() && !one.differences.empty())
        ++counts.skipped[d.uncertain];
      else
        counts.add(one);
    }
  }
  if (nth != recorded.verdicts.size())
    counts.differences.push_back(where + " pods: " + std::to_string(recorded.verdicts.size()) + " / " +
                                 std::to_string(nth));
  return counts;
}

}  // namespace berth::test
