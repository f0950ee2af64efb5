#include "controller/offline/pods_to_judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace berth::controller {

namespace {

constexpr std::size_t most_named = 8;
constexpr auto dump = "`kubectl get nodes,pods,ns -A -o json`";
constexpr auto storage_dump =
    "`kubectl get nodes,pods,ns,pv,pvc,sc,csinodes,csidrivers,csistoragecapacities,volumeattachments -A -o json`";

using counts = std::map<std::string, std::size_t>;

bool is_pending(const k8s::pod& p) { return !p.terminal() && p.node_name.empty(); }

bool is_of_a_profile(const k8s::pod& p, const question& asked) {
  return !asked.scheduler_names || std::find(asked.scheduler_names->begin(), asked.scheduler_names->end(),
                                             p.spec->scheduler_name) != asked.scheduler_names->end();
}

// "1 pod is", "2 pods are".
std::string pods_are(std::size_t n) { return fmt::format("{} pod{}", n, n == 1 ? " is" : "s are"); }

// FORMAT is of name and number. The most frequent first.
std::string listed(const counts& all, std::string_view format) {
  std::vector<std::pair<std::string, std::size_t>> sorted(all.begin(), all.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string out;
  for (std::size_t i = 0; i < std::min(sorted.size(), most_named); ++i)
    out += (i == 0 ? "" : ", ") + fmt::format(fmt::runtime(format), sorted[i].first, sorted[i].second);
  if (sorted.size() > most_named) out += fmt::format(" and {} more", sorted.size() - most_named);
  return out;
}

counts other_schedulers(const k8s::cluster_objects& objects, const question& asked) {
  counts out;
  for (const k8s::pod_ptr& p : objects.pods)
    if (is_pending(*p) && !is_of_a_profile(*p, asked)) ++out[p->spec->scheduler_name];
  return out;
}

std::string profiles_of(const question& asked) {
  return fmt::format("no profile of {}: {}", asked.configuration, fmt::join(*asked.scheduler_names, ", "));
}

// What is there instead of the pod that was asked about.
std::string near_names(const k8s::cluster_objects& objects, std::string_view full) {
  const auto slash = full.find('/');
  const std::string_view namespace_ = full.substr(0, slash), name = full.substr(slash + 1);
  std::vector<std::string> begin_so, elsewhere;
  for (const k8s::pod_ptr& p : objects.pods) {
    if (p->key.namespace_ == namespace_ && p->key.name.starts_with(name)) begin_so.push_back(p->key.text());
    if (p->key.name == name) elsewhere.push_back(p->key.text());
  }
  const std::vector<std::string>& names = elsewhere.empty() ? begin_so : elsewhere;
  if (names.empty()) return "";
  return fmt::format("; there is {}{}", names.front(),
                     names.size() == 1 ? "" : fmt::format(" and {} more like it", names.size() - 1));
}

std::string why_not(const k8s::cluster_objects& objects, const question& asked) {
  const auto there = std::find_if(objects.pods.begin(), objects.pods.end(),
                                  [&](const k8s::pod_ptr& p) { return p->key.text() == asked.pod; });
  if (there == objects.pods.end())
    return fmt::format("{}: has no pod {}{}", asked.cluster, asked.pod, near_names(objects, asked.pod));
  const k8s::pod& p = **there;
  const std::string pod = fmt::format("{}: pod {}", asked.cluster, asked.pod);
  if (p.terminal())
    return fmt::format("{} is not pending: it has {}", pod, p.phase == k8s::pod_phase::failed ? "failed" : "succeeded");
  if (!p.node_name.empty()) return fmt::format("{} is not pending: it is bound to {}", pod, p.node_name);
  if (!is_of_a_profile(p, asked))
    return fmt::format("{} is of scheduler {}, which is {}", pod, p.spec->scheduler_name, profiles_of(asked));
  return "";
}

// Of a manifest that was not applied yet: "1 Deployment, 2 StatefulSet".
std::string makers_of_pods(const k8s::cluster_objects& objects) {
  counts makers;
  for (const char* kind : {"Deployment", "DaemonSet", "Job", "CronJob"})
    if (const auto at = objects.other_kinds.find(kind); at != objects.other_kinds.end()) makers.insert(*at);
  if (!objects.stateful_sets.empty()) makers["StatefulSet"] = objects.stateful_sets.size();
  if (!objects.replica_sets.empty()) makers["ReplicaSet"] = objects.replica_sets.size();
  return listed(makers, "{1} {0}");
}

bool uses_claims(const k8s::pod& p) {
  return std::any_of(p.spec->volumes.begin(), p.spec->volumes.end(), [](const k8s::volume& v) {
    return v.kind == k8s::volume_kind::claim || v.kind == k8s::volume_kind::ephemeral;
  });
}

// A file without a single claim was dumped without claims: the pods that use some would be told that they are missing.
std::string lacking_claims(const k8s::cluster_objects& objects, const question& asked) {
  if (asked.live || !objects.claims.empty()) return "";
  std::size_t users = 0;
  for (const k8s::pod_ptr& p : objects.pods)
    if (is_pending(*p) && is_of_a_profile(*p, asked) && (asked.pod.empty() || p->key.text() == asked.pod))
      users += uses_claims(*p) ? 1 : 0;
  if (users == 0) return "";
  return fmt::format(
      "{}: has no PersistentVolumeClaims, so that {} judged as if {} were missing; what {} prints is needed",
      asked.cluster, users == 1 ? "1 pod that uses some is" : fmt::format("{} pods that use some are", users),
      users == 1 ? "its" : "theirs", storage_dump);
}

std::string ignored(const k8s::cluster_objects& objects) {
  return "ignored: " + listed(objects.other_kinds, "{1} {0}");
}

}  // namespace

std::string why_nothing(const k8s::cluster_objects& objects, const question& asked) {
  if (!asked.pod.empty()) return why_not(objects, asked);
  if (objects.pods.empty()) {
    if (!objects.dropped.empty())
      return fmt::format(
          "{}: no pod is left to judge, {} left out; what {} prints is needed", asked.cluster,
          objects.dropped.size() == 1 ? "1 object was" : fmt::format("{} objects were", objects.dropped.size()), dump);
    if (const std::string makers = makers_of_pods(objects); !makers.empty())
      return fmt::format("{}: has no pods, only what a cluster makes them of ({}); what {} prints is needed",
                         asked.cluster, makers, dump);
    const bool empty = objects.nodes.empty() && objects.namespaces.empty() && objects.services.empty() &&
                       objects.replication_controllers.empty() && objects.replica_sets.empty() &&
                       objects.stateful_sets.empty() && objects.other_kinds.empty();
    return fmt::format("{}: {}; what {} prints is needed", asked.cluster, empty ? "holds no object" : "has no pods",
                       dump);
  }
  std::size_t pending = 0, bound = 0, finished = 0;
  for (const k8s::pod_ptr& p : objects.pods) {
    if (is_pending(*p) && is_of_a_profile(*p, asked)) return "";
    ++(p->terminal() ? finished : is_pending(*p) ? pending : bound);
  }
  if (pending == 0)
    return fmt::format("{}: no pod is pending: {} bound, {} finished", asked.cluster, pods_are(bound), finished);
  return fmt::format("{}: {} pending, none names a profile of {}: {}", asked.cluster, pods_are(pending),
                     asked.configuration, listed(other_schedulers(objects, asked), "{} ({})"));
}

bool lacks_nodes(const k8s::cluster_objects& objects, const question& asked) {
  return !asked.live && objects.nodes.empty() && !objects.pods.empty();
}

std::vector<std::string> remarks(const k8s::cluster_objects& objects, const question& asked) {
  std::vector<std::string> out;
  if (!objects.other_kinds.empty()) out.push_back(ignored(objects));
  if (lacks_nodes(objects, asked))
    out.push_back(fmt::format("{}: has no nodes; what {} prints is needed", asked.cluster, dump));
  if (std::string claims = lacking_claims(objects, asked); !claims.empty()) out.push_back(std::move(claims));
  const counts others = other_schedulers(objects, asked);
  if (!others.empty() && asked.pod.empty() && why_nothing(objects, asked).empty())
    out.push_back(fmt::format("not judged, of other schedulers: {}", listed(others, "{} ({})")));
  return out;
}

}  // namespace berth::controller
