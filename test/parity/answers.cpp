#include "test/parity/answers.hpp"

#include "test/parity/doubled_ports.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace berth::test {

namespace {

std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

recorded_node answer_of(const scoring::node_verdict& v) {
  recorded_node n;
  n.name = v.name;
  n.feasible = v.refused == nullptr;
  n.total = v.total;
  for (const auto& [plugin, score] : v.scores) n.scores[std::string(plugin)] = score;
  if (n.feasible) return n;
  n.plugin = v.refused->plugin;
  n.code = scoring::name_of(v.refused->what);
  n.reasons = sorted(v.refused->reasons);
  return n;
}

recorded_node answer_of(const reference::node_decision& d) {
  recorded_node n;
  n.name = d.name;
  n.feasible = d.refused.ok();
  n.total = d.total;
  n.scores = d.scores;
  if (n.feasible) return n;
  n.plugin = d.refused.plugin;
  n.code = reference::name_of(d.refused.what);
  n.reasons = sorted(d.refused.reasons);
  return n;
}

}  // namespace

recorded_pod answer_of(const controller::pod_judgement& ours) {
  recorded_pod pod;
  pod.pod = ours.pod;
  pod.held = ours.held_back;
  pod.error = ours.why.error;
  pod.best = ours.why.best;
  pod.message = ours.why.why.message();
  if (!ours.why.nominated.empty()) {
    pod.nominated = {ours.why.nominated};
    pod.victims[ours.why.nominated] = ours.why.victims;
  }
  for (const scoring::node_verdict& v : ours.why.nodes) pod.nodes.push_back(answer_of(v));
  return pod;
}

recorded_pod answer_of(const k8s::pod& pod, const reference::decision& d) {
  recorded_pod answer;
  answer.pod = pod.key.text();
  answer.held = d.held;
  answer.error = d.error;
  answer.best = d.best;
  answer.message = d.message;
  answer.victims = d.nominated;
  for (const auto& [node, victims] : d.nominated) answer.nominated.push_back(node);
  for (const reference::node_decision& n : d.nodes) answer.nodes.push_back(answer_of(n));
  return answer;
}

recording_comparison::recording_comparison(const recording& recorded, std::string where)
    : recorded_(recorded), where_(std::move(where)) {
  if (!recorded.cluster.dropped.empty()) throw std::runtime_error(recorded.cluster.dropped.front().detail);
  const doubled_ports doubled(recorded.cluster.pods);
  for (const k8s::pod_ptr& pod : recorded.cluster.pods)
    if (pod->node_name.empty() && doubled.concern(*pod->spec)) concerned_.insert(pod->key.text());
}

tally recording_comparison::compare(std::size_t nth, const recorded_pod& ours) const {
  tally counts;
  test::compare(recorded_.verdicts.at(nth), ours, where_ + " " + ours.pod, concerned_.contains(ours.pod), counts);
  return counts;
}

}  // namespace berth::test
