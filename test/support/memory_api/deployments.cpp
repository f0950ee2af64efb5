#include "test/support/memory_api/deployments.hpp"

#include "test/support/memory_api/pod_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace berth::memory_api {

namespace {

std::string namespace_of(const json& o) { return std::string(o["metadata"]["namespace"].string()); }
std::string name_of(const json& o) { return std::string(o["metadata"]["name"].string()); }

std::string_view owner_uid(const json& o) {
  for (const json& owner : o["metadata"]["ownerReferences"].items()) {
    if (owner["controller"].boolean()) return owner["uid"].string();
  }
  return {};
}

json owner_reference(const json& owner) {
  json reference;
  for (const auto* field : {"apiVersion", "kind"}) reference[field] = owner[field];
  for (const auto* field : {"name", "uid"}) reference[field] = owner["metadata"][field];
  reference["controller"] = true;
  reference["blockOwnerDeletion"] = true;
  return reference;
}

/// What tells the ReplicaSets of one Deployment apart: FNV-1a of the template, in the letters that upstream uses.
std::string template_hash(const json& pod_template) {
  std::uint32_t hash = 2166136261u;
  for (const char c : pod_template.text()) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
  std::string text;
  for (const char digit : std::to_string(hash)) text += letters[static_cast<std::size_t>(digit) % letters.size()];
  return text;
}

bool active(const json& pod) {
  const auto phase = pod["status"]["phase"].string();
  return pod["metadata"]["deletionTimestamp"].empty() && phase != "Succeeded" && phase != "Failed";
}

bool ready(const json& pod) {
  return std::ranges::any_of(pod["status"]["conditions"].items(), [](const json& c) {
    return c["type"].string() == "Ready" && c["status"].string() == "True";
  });
}

std::string apps_path(const json& o, std::string_view plural) {
  return fmt::format("/apis/apps/v1/namespaces/{}/{}/{}", namespace_of(o), plural, name_of(o));
}

}  // namespace

void deployments::send(std::string method, std::string path, const json& body) {
  const char* type = method == "PATCH" ? "application/merge-patch+json" : "application/json";
  api_.handle({std::move(method), std::move(path), "", type, body.text()});
}

void deployments::run() {
  if (seen_ == objects_.revision()) return;
  collect_garbage();
  for (const auto& deployment : objects_.list("deployments")) expand(deployment->value());
  const auto by_owner = [&] {
    pods_by_owner pods;
    for (const auto& pod : objects_.list("pods")) {
      if (active(pod->value())) pods[std::string(owner_uid(pod->value()))].push_back(pod);
    }
    return pods;
  };
  auto pods = by_owner();
  for (const auto& set : objects_.list("replicasets"))
    fill(set->value(), pods[std::string(set->value()["metadata"]["uid"].string())]);
  pods = by_owner();
  for (const auto& deployment : objects_.list("deployments")) report(deployment->value(), pods);
  seen_ = objects_.revision();
}

void deployments::collect_garbage() {
  for (const auto& [owners, owned, prefix] :
       {std::tuple{"deployments", "replicasets", "/apis/apps/v1"}, std::tuple{"replicasets", "pods", "/api/v1"}}) {
    std::vector<std::string> alive;
    for (const auto& owner : objects_.list(owners)) alive.emplace_back(owner->value()["metadata"]["uid"].string());
    std::ranges::sort(alive);
    for (const auto& object : objects_.list(owned)) {
      const auto& references = object->value()["metadata"]["ownerReferences"].items();
      const std::string kind = owned == std::string_view("pods") ? "ReplicaSet" : "Deployment";
      const bool ours = std::ranges::any_of(
          references, [&](const json& r) { return r["kind"].string() == kind && r["controller"].boolean(); });
      if (!ours || std::ranges::binary_search(alive, std::string(owner_uid(object->value())))) continue;
      send("DELETE", fmt::format("{}/namespaces/{}/{}/{}", prefix, namespace_of(object->value()), owned,
                                 name_of(object->value())));
    }
  }
}

void deployments::expand(const json& deployment) {
  const json& spec = deployment["spec"];
  const std::string hash = template_hash(spec["template"]);
  const std::string wanted = name_of(deployment) + "-" + hash;
  for (const auto& set : objects_.list("replicasets", namespace_of(deployment))) {
    const json& old = set->value();
    if (owner_uid(old) != deployment["metadata"]["uid"].string()) continue;
    const auto replicas = name_of(old) == wanted ? spec["replicas"].integer() : 0;
    if (old["spec"]["replicas"].integer() == replicas) continue;
    send("PATCH", apps_path(old, "replicasets"), json::object{{"spec", json::object{{"replicas", replicas}}}});
  }
  if (objects_.get({"replicasets", namespace_of(deployment), wanted})) return;
  json set;
  set["metadata"]["name"] = wanted;
  set["metadata"]["labels"] = spec["template"]["metadata"]["labels"];
  set["metadata"]["labels"]["pod-template-hash"] = hash;
  set["metadata"]["ownerReferences"] = json::array{owner_reference(deployment)};
  set["spec"]["replicas"] = spec["replicas"];
  set["spec"]["selector"] = spec["selector"];
  set["spec"]["selector"]["matchLabels"]["pod-template-hash"] = hash;
  set["spec"]["template"] = spec["template"];
  set["spec"]["template"]["metadata"]["labels"]["pod-template-hash"] = hash;
  send("POST", fmt::format("/apis/apps/v1/namespaces/{}/replicasets", namespace_of(deployment)), set);
}

void deployments::fill(const json& replica_set, const std::vector<object_ptr>& pods) {
  const std::string collection = fmt::format("/api/v1/namespaces/{}/pods", namespace_of(replica_set));
  const auto wanted = static_cast<std::size_t>(std::max<std::int64_t>(0, replica_set["spec"]["replicas"].integer()));
  for (std::size_t i = pods.size(); i < wanted; ++i) {
    json pod;
    pod["metadata"] = replica_set["spec"]["template"]["metadata"];
    pod["metadata"]["generateName"] = name_of(replica_set) + "-";
    pod["metadata"]["ownerReferences"] = json::array{owner_reference(replica_set)};
    pod["spec"] = replica_set["spec"]["template"]["spec"];
    send("POST", collection, pod);
  }
  auto surplus = pods;  // those that wait go first
  std::ranges::stable_partition(surplus, [](const object_ptr& p) { return p->value()["spec"]["nodeName"].empty(); });
  for (std::size_t i = 0; i + wanted < pods.size(); ++i)
    send("DELETE", collection + "/" + name_of(surplus[i]->value()));

  const auto count = static_cast<std::int64_t>(wanted);
  const auto ready_count =
      static_cast<std::int64_t>(std::ranges::count_if(pods, [](const object_ptr& p) { return ready(p->value()); }));
  json status;
  for (const auto* field : {"replicas", "fullyLabeledReplicas"}) status[field] = count;
  for (const auto* field : {"readyReplicas", "availableReplicas"}) status[field] = ready_count;
  status["observedGeneration"] = replica_set["metadata"]["generation"];
  send("PATCH", apps_path(replica_set, "replicasets") + "/status", json::object{{"status", status}});
}

void deployments::report(const json& deployment, const pods_by_owner& pods) {
  const json& spec = deployment["spec"];
  const std::string current = name_of(deployment) + "-" + template_hash(spec["template"]);
  std::int64_t all = 0, updated = 0, available = 0;
  for (const auto& set : objects_.list("replicasets", namespace_of(deployment))) {
    const auto owned = pods.find(set->value()["metadata"]["uid"].string());
    if (owner_uid(set->value()) != deployment["metadata"]["uid"].string() || owned == pods.end()) continue;
    const auto count = static_cast<std::int64_t>(owned->second.size());
    all += count;
    if (name_of(set->value()) == current) updated += count;
    available += std::ranges::count_if(owned->second, [](const object_ptr& p) { return ready(p->value()); });
  }
  json next = deployment;
  json& status = next["status"];
  status["observedGeneration"] = deployment["metadata"]["generation"];
  status["replicas"] = all;
  status["updatedReplicas"] = updated;
  for (const auto* field : {"readyReplicas", "availableReplicas"}) status[field] = available;
  status["unavailableReplicas"] = std::max<std::int64_t>(0, spec["replicas"].integer() - available);
  const bool enough = available * 4 >= spec["replicas"].integer() * 3;
  set_condition(
      next, "Available", enough ? "True" : "False", enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
      enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", with_.time());
  send("PATCH", apps_path(deployment, "deployments") + "/status", json::object{{"status", status}});
}

}  // namespace berth::memory_api
