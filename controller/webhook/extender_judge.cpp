#include "controller/webhook/extender_judge.hpp"

#include "controller/bind/effects.hpp"
#include "k8s/codec/decode.hpp"

#include <fmt/format.h>

namespace berth::controller {

namespace {

constexpr const char* not_listed = "nodes, pods and namespaces were not all listed yet";

std::int64_t on_their_scale(std::int64_t total, std::int64_t highest) {
  return highest == 0 ? 0 : (total * k8s::max_extender_score + highest / 2) / highest;
}

std::size_t node_count(const k8s::extender_args& args) {
  return args.nodes ? args.nodes->size() : args.node_names ? args.node_names->size() : 0;
}

const std::string& node_name(const k8s::extender_args& args, std::size_t i) {
  return args.nodes ? (*args.nodes)[i].key.name : (*args.node_names)[i];
}

}  // namespace

/// A pod and who judges it, while it is not placed; with the nodes that were sent, where there are some.
struct extender_judge::question {
  question(extender_judge& judge, const k8s::object_text& text) : judge_(judge), overlay(judge.cache_.index()) {
    if (!judge.cache_.synced()) {
      error = not_listed;
    } else if (text.json.empty()) {
      error = "Pod: missing";
    } else if (const auto decoded = k8s::decode_pod(text.json); !decoded) {
      error = decoded.error().detail;
    } else {
      pod = judge.cache_.index().intern(*decoded);
      profile = judge.profile_of(pod.spec().scheduler_name);
      if (profile == nullptr)
        error = "no profile is called \"" + pod.spec().scheduler_name + "\", the pod's schedulerName";
      overlay.remove(pod.pod->uid);
    }
  }
  ~question() { perform(cycle.out(), judge_.log_); }
  question(const question&) = delete;
  question& operator=(const question&) = delete;

  /// Gives each node its number; those that are not known come in for as long as this lives.
  void enter(const k8s::extender_args& args) {
    if (!error.empty()) return;
    if (!args.nodes && !args.node_names) error = "neither Nodes nor NodeNames was sent";
    for (std::size_t i = 0; error.empty() && i < node_count(args); ++i) {
      const std::string& name = node_name(args, i);
      if (name.empty()) error = fmt::format("{}[{}]: no name", args.nodes ? "Nodes.items" : "NodeNames", i);
      scoring::node_id n = cluster().find_node(name);
      if (error.empty() && n == scoring::no_node && args.nodes) n = enter((*args.nodes)[i]);
      numbers.push_back(n);
    }
  }

  scoring::node_id enter(const k8s::object_text& node) {
    const auto decoded = k8s::decode_node(node.json);
    if (!decoded) return error = decoded.error().detail, scoring::no_node;
    return overlay.add_node(*decoded);
  }

  scoring::node_set asked() const {
    scoring::node_set out(cluster().universe());
    for (const scoring::node_id n : numbers)
      if (n != scoring::no_node) out.insert(n);
    return out;
  }

  scoring::live_cluster& cluster() const { return judge_.cache_.index(); }

  extender_judge& judge_;
  scoring::what_if overlay;
  std::string error;
  scoring::pod_info pod;
  profile_at_work* profile = nullptr;
  scoring::cycle_state cycle;
  std::vector<scoring::node_id> numbers;  ///< by position; no_node where a name is not known
};

extender_judge::extender_judge(cluster_cache& cache, profiles& by_name, const log& out)
    : cache_(cache), profiles_(by_name), log_(out) {}

profile_at_work* extender_judge::profile_of(const std::string& scheduler_name) {
  profile_at_work* const named = profiles_.find(scheduler_name);
  if (named != nullptr || profiles_.all().size() != 1) return named;
  return profiles_.find(profiles_.all().front().plugins.scheduler_name());
}

k8s::extender_filter_result extender_judge::filter(k8s::extender_args args) {
  k8s::extender_filter_result out;
  question q(*this, args.pod);
  q.enter(args);
  scoring::judgement said;
  if (q.error.empty()) {
    said = q.profile->plugins.judge(q.pod, q.cluster(), q.asked(), q.cycle);
    q.error = said.error;
  }
  if (!q.error.empty()) return out.error = std::move(q.error), out;

  // One form alone comes back: kube-scheduler looks at the one it sent.
  if (args.nodes)
    out.nodes.emplace();
  else
    out.node_names.emplace();
  std::vector<k8s::string_map::entry> failed, for_good;
  for (std::size_t i = 0; i < q.numbers.size(); ++i) {
    const scoring::node_id n = q.numbers[i];
    if (n == scoring::no_node) {
      for_good.emplace_back(node_name(args, i), "the node is not known (yet)");
    } else if (said.refused_by[n] != 0) {
      const scoring::status& why = said.why(n);
      auto& map = why.what == scoring::code::unschedulable_and_unresolvable ? for_good : failed;
      map.emplace_back(node_name(args, i), why.message());
    } else if (args.nodes) {
      out.nodes->push_back(std::move((*args.nodes)[i]));
    } else {
      out.node_names->push_back(std::move((*args.node_names)[i]));
    }
  }
  out.failed = k8s::string_map(std::move(failed));
  out.failed_and_unresolvable = k8s::string_map(std::move(for_good));
  return out;
}

extender_judge::ratings extender_judge::prioritize(const k8s::extender_args& args) {
  ratings out;
  question q(*this, args.pod);
  q.enter(args);
  if (!q.error.empty()) return out.error = std::move(q.error), out;
  // In order of number and each once, as plugins have it.
  std::vector<scoring::node_id> nodes;
  q.asked().list(nodes);
  const scoring::rating said = q.profile->plugins.rate(q.pod, q.cluster(), nodes, q.cycle);
  if (!said.error.empty()) return out.error = said.error, out;
  std::vector<std::int64_t> score_of(q.cluster().universe(), 0);
  for (std::size_t i = 0; i < nodes.size(); ++i) score_of[nodes[i]] = on_their_scale(said.totals[i], said.highest);
  out.list.reserve(q.numbers.size());
  for (std::size_t i = 0; i < q.numbers.size(); ++i) {
    const scoring::node_id n = q.numbers[i];
    out.list.push_back({node_name(args, i), n == scoring::no_node ? 0 : score_of[n]});
  }
  return out;
}

extender_judge::preemption extender_judge::preempt(const k8s::extender_preemption_args& args) {
  preemption out;
  question q(*this, args.pod);
  if (q.error.empty() && !args.victims && !args.meta_victims)
    q.error = "neither NodeNameToVictims nor NodeNameToMetaVictims was sent";
  if (!q.error.empty()) return out.error = std::move(q.error), out;

  k8s::extender_meta_victims_map proposed;
  if (args.meta_victims) {
    proposed = *args.meta_victims;
  } else {
    for (const auto& [node, victims] : *args.victims) {
      auto& meta = proposed[node];
      meta.pdb_violations = victims.pdb_violations;
      for (const k8s::object_text& pod : victims.pods) meta.uids.push_back(pod.uid);
    }
  }
  for (auto& [node, victims] : proposed) {
    const scoring::node_id n = q.cluster().find_node(node);
    if (n == scoring::no_node) continue;
    scoring::what_if without(q.cluster());
    for (const std::string& uid : victims.uids) without.remove(uid);
    scoring::node_set only(q.cluster().universe());
    only.insert(n);
    scoring::cycle_state cycle;
    const scoring::judgement said = q.profile->plugins.judge(q.pod, q.cluster(), only, cycle);
    perform(cycle.out(), log_);
    if (!said.error.empty()) return out.error = said.error, out;
    if (said.feasible.contains(n)) out.kept.meta_victims.emplace(node, std::move(victims));
  }
  return out;
}

}  // namespace berth::controller
