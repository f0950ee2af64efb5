#include "controller/offline/waiting_pods.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace berth::controller {

namespace {

scoring::profile* profile_of(const k8s::pod& pod, std::vector<scoring::profile>& profiles, bool any) {
  for (scoring::profile& p : profiles)
    if (any || p.scheduler_name() == pod.spec->scheduler_name) return &p;
  return nullptr;
}

}  // namespace

std::vector<waiting_pod> load_cluster(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
                                      bool any, scoring::live_cluster& nodes) {
  for (const k8s::namespace_ptr& ns : objects.namespaces) nodes.set_namespace(ns);
  const auto select = [&](scoring::selecting_kind kind, const auto& list) {
    for (const auto& one : list) nodes.workload_selectors().set(kind, one->key, one->selector);
  };
  select(scoring::selecting_kind::service, objects.services);
  select(scoring::selecting_kind::replication_controller, objects.replication_controllers);
  select(scoring::selecting_kind::replica_set, objects.replica_sets);
  select(scoring::selecting_kind::stateful_set, objects.stateful_sets);
  for (const k8s::node_ptr& node : objects.nodes) nodes.set_node(node);
  const auto keep = [&](const auto& all) {
    for (const auto& object : all) nodes.storage().set(object);
  };
  keep(objects.volumes);
  keep(objects.claims);
  keep(objects.storage_classes);
  keep(objects.csi_nodes);
  keep(objects.csi_drivers);
  keep(objects.csi_storage_capacities);
  keep(objects.volume_attachments);
  for (const k8s::disruption_budget_ptr& budget : objects.disruption_budgets) nodes.set_disruption_budget(budget);
  std::vector<waiting_pod> waiting;
  for (const k8s::pod_ptr& pod : objects.pods) {
    if (pod->terminal()) continue;
    scoring::pod_info info = nodes.intern(pod);
    if (!pod->node_name.empty()) {
      nodes.place(info, pod->node_name);
    } else if (scoring::profile* profile = profile_of(*pod, profiles, any)) {
      nodes.nominations().set(info, pod->nominated_node_name);
      waiting.push_back({std::move(info), profile});
    }
  }
  return waiting;
}

void sort_as_queued(std::vector<waiting_pod>& waiting) {
  const auto queued = [](const waiting_pod& w) {
    const std::optional<k8s::timestamp>& created = w.pod.pod->created;
    return scoring::queued_pod{&w.pod, created ? created->time_since_epoch().count() : 0};
  };
  // QueueSort is a plugin's and may answer anything, each time anew: std::sort and its like are not made for that, a
  // search for the place of each is.
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < waiting.size(); ++i)
    order.insert(std::upper_bound(order.begin(), order.end(), i,
                                  [&](std::size_t x, std::size_t y) {
                                    return waiting[x].profile->before(queued(waiting[x]), queued(waiting[y]));
                                  }),
                 i);
  std::vector<waiting_pod> sorted;
  for (const std::size_t i : order) sorted.push_back(std::move(waiting[i]));
  waiting = std::move(sorted);
}

std::string held_back(const waiting_pod& w, const scoring::cluster& nodes) {
  if (w.pod.pod->terminating()) return "skip schedule deleting pod: " + w.pod.pod->key.text();
  const scoring::status s = w.profile->pre_enqueue(w.pod, nodes);
  return s.is_ok() ? "" : s.message();
}

}  // namespace berth::controller
