#include "controller/offline/judge.hpp"

#include "controller/config/configuration.hpp"
#include "controller/offline/explain_pods.hpp"
#include "controller/offline/explain_report.hpp"
#include "controller/offline/rehearsal.hpp"
#include "k8s/codec/cluster_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace berth::controller {

namespace {

/// Finds by name, or says what there is.
template <class T>
const T& named(const std::vector<T>& all, std::string_view name, std::string_view what) {
  const auto there = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.name == name; });
  if (there != all.end()) return *there;
  std::string names;
  for (const T& one : all) names += (names.empty() ? "" : ", ") + one.name;
  throw std::out_of_range(
      fmt::format("no {} is called {}; there {}", what, name, names.empty() ? "is none" : "is " + names));
}

struct setting {
  std::vector<scoring::profile> profiles;
  k8s::cluster_objects objects;
  judge_options options;
};

// Documents written by hand may begin with one in braces, which read_cluster would take for JSON and for all there is.
std::string as_yaml(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool braces = first != std::string_view::npos && text[first] == '{';
  return (braces ? "--- " : "") + std::string(text);
}

setting read(const scoring::registry& plugins, std::string_view configuration, std::string_view cluster) {
  const bool configured = configuration.find_first_not_of(" \t\r\n") != std::string_view::npos;
  k8s::result<k8s::cluster_objects> objects = k8s::read_cluster(as_yaml(cluster), "cluster");
  if (!objects) throw std::runtime_error(objects.error().detail);
  if (!objects->dropped.empty()) throw std::runtime_error(objects->dropped.front().detail);
  return {make_profiles(configured ? parse_configuration(configuration, "configuration")
                                   : default_configuration("default-scheduler"),
                        plugins),
          std::move(*objects),
          {.any_scheduler_name = !configured}};
}

judged_node node_of(const scoring::node_verdict& n) {
  judged_node out;
  out.name = n.name;
  if (n.refused != nullptr) {
    out.refused_by = n.refused->plugin;
    out.reason = n.refused->message();
    return out;
  }
  for (const auto& [plugin, score] : n.scores) out.scores.emplace(plugin, score);
  out.total = n.total;
  return out;
}

judged_pod pod_of(const pod_judgement& p) {
  judged_pod out;
  out.name = p.pod;
  out.best = p.why.best;
  for (const scoring::node_verdict& n : p.why.nodes) out.nodes.push_back(node_of(n));
  if (!p.held_back.empty())
    out.message = p.held_back;
  else if (!p.why.error.empty())
    out.message = p.why.error;
  else if (!p.fits())
    out.message = p.why.why.message();
  return out;
}

}  // namespace

const judged_node& judged_pod::node(std::string_view wanted) const { return named(nodes, wanted, "node"); }

const judged_pod& judgement::pod(std::string_view wanted) const {
  const bool whole = wanted.find('/') != std::string_view::npos;
  return named(pods, whole ? std::string(wanted) : "default/" + std::string(wanted),
               "pending pod of a profile's schedulerName");
}

judgement judge(const scoring::registry& plugins, std::string_view configuration, std::string_view cluster) {
  setting given = read(plugins, configuration, cluster);
  const std::vector<pod_judgement> all = judge_pods(given.objects, given.profiles, given.options);
  judgement out;
  for (const pod_judgement& p : all) out.pods.push_back(pod_of(p));
  std::ostringstream text;
  write_text(text, all);
  out.text = text.str();
  return out;
}

judgement rehearse(const scoring::registry& plugins, std::string_view configuration, std::string_view cluster,
                   std::uint64_t seed) {
  setting given = read(plugins, configuration, cluster);
  const rehearsal all = rehearse_pods(given.objects, given.profiles, given.options.any_scheduler_name, seed);
  judgement out;
  for (const rehearsed_pod& p : all.pods) {
    judged_pod one = pod_of(p.judged);
    if (!p.refusal.empty()) one.message = p.refusal;
    one.placed_on = p.node;
    one.permit = p.waits_for;
    out.text += fmt::format("{}: {}\n", one.name, one.placed_on.empty() ? one.message : "goes to " + one.placed_on);
    out.pods.push_back(std::move(one));
  }
  out.faults = all.faults;
  for (const std::string& fault : out.faults) out.text += fault + "\n";
  return out;
}

}  // namespace berth::controller
