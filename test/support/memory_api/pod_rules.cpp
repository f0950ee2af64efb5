#include "test/support/memory_api/pod_rules.hpp"

#include "test/support/memory_api/object_rules.hpp"
#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/resource.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace berth::memory_api {

namespace {

void set_default(json& of, std::string_view field, json value) {
  if (of[field].empty()) of[field] = std::move(value);
}

void default_container(json& container) {
  const std::string_view image = container["image"].string();
  const std::string_view last = image.substr(image.rfind('/') == std::string_view::npos ? 0 : image.rfind('/'));
  const bool latest = last.find('@') == std::string_view::npos &&
                      (last.find(':') == std::string_view::npos || last.ends_with(":latest"));
  set_default(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
  set_default(container, "terminationMessagePath", "/dev/termination-log");
  set_default(container, "terminationMessagePolicy", "File");
  if (container["resources"].is_null()) container["resources"] = json::object{};
  if (container.find("ports") == nullptr) return;
  for (json& port : container["ports"].make_items()) set_default(port, "protocol", "TCP");
}

void default_requests(json& container) {
  json& resources = container["resources"];
  if (resources.find("limits") == nullptr) return;
  const json limits = resources["limits"];
  for (const auto& [name, amount] : limits.members()) {
    if (resources["requests"].find(name) == nullptr) resources["requests"][name] = amount;
  }
}

/// "BestEffort", "Burstable" or "Guaranteed" of one container.
std::string_view quality_of(const json& container) {
  const json& requests = container["resources"]["requests"];
  const json& limits = container["resources"]["limits"];
  std::size_t asked = 0, guaranteed = 0;
  for (const auto* name : {"cpu", "memory"}) {
    asked += requests.find(name) != nullptr || limits.find(name) != nullptr;
    guaranteed += limits.find(name) != nullptr && requests[name] == limits[name];
  }
  if (asked == 0) return "BestEffort";
  return guaranteed == 2 ? "Guaranteed" : "Burstable";
}

std::string quality_of_service(const json& spec) {
  std::string_view quality;
  for (const auto* list : {"initContainers", "containers"}) {
    for (const json& container : spec[list].items()) {
      const auto mine = quality_of(container);
      if (!quality.empty() && mine != quality) return "Burstable";
      quality = mine;
    }
  }
  return std::string(quality);
}

/// What the admission plugin DefaultTolerationSeconds adds.
void default_tolerations(json& spec) {
  for (const auto* key : {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}) {
    const auto tolerates = [&](const json& t) {
      return (t["key"].string() == key || t["key"].empty()) &&
             (t["effect"].string() == "NoExecute" || t["effect"].empty());
    };
    if (std::ranges::any_of(spec["tolerations"].items(), tolerates)) continue;
    json toleration;
    toleration["key"] = key;
    toleration["operator"] = "Exists";
    toleration["effect"] = "NoExecute";
    toleration["tolerationSeconds"] = 300;
    spec["tolerations"].make_items().push_back(std::move(toleration));
  }
}

/// The spec without what may change: what two versions must agree in.
json fixed_part(json spec, bool gated) {
  for (const auto* list : {"containers", "initContainers"}) {
    if (spec.find(list) == nullptr) continue;
    for (json& container : spec[list].make_items()) container.erase("image");
  }
  for (const auto* field : {"activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations", "schedulingGates"})
    spec.erase(field);
  if (gated) {
    spec.erase("nodeSelector");
    if (spec.find("affinity") != nullptr) spec["affinity"].erase("nodeAffinity");
    if (spec["affinity"].empty()) spec.erase("affinity");
  }
  return spec;
}

}  // namespace

void default_pod_spec(json& spec) {
  set_default(spec, "restartPolicy", "Always");
  set_default(spec, "terminationGracePeriodSeconds", 30);
  set_default(spec, "dnsPolicy", "ClusterFirst");
  set_default(spec, "schedulerName", "default-scheduler");
  if (spec["securityContext"].is_null()) spec["securityContext"] = json::object{};
  for (const auto* list : {"containers", "initContainers"}) {
    if (spec.find(list) == nullptr) continue;
    for (json& container : spec[list].make_items()) default_container(container);
  }
}

void prepare_new_pod(json& pod, std::string_view now) {
  json& spec = pod["spec"];
  const std::string_view name = pod["metadata"]["name"].string();
  if (spec["containers"].empty()) throw invalid(known("pods"), name, "spec.containers", "Required value");
  default_pod_spec(spec);
  for (const auto* list : {"containers", "initContainers"}) {
    if (spec.find(list) == nullptr) continue;
    for (json& container : spec[list].make_items()) default_requests(container);
  }
  if (spec["enableServiceLinks"].is_null()) spec["enableServiceLinks"] = true;
  set_default(spec, "serviceAccountName", "default");
  spec["serviceAccount"] = spec["serviceAccountName"];
  default_tolerations(spec);

  json& status = pod["status"];
  status = json::object{};
  status["phase"] = "Pending";
  if (!spec["schedulingGates"].empty()) {
    set_condition(pod, "PodScheduled", "False", "SchedulingGated",
                  "Scheduling is blocked due to non-empty scheduling gates", now);
  }
  pod["status"]["qosClass"] = quality_of_service(pod["spec"]);
}

void check_pod_update(const json& pod, const json& old) {
  const std::string_view name = old["metadata"]["name"].string();
  const json& gates = old["spec"]["schedulingGates"];
  for (const json& gate : pod["spec"]["schedulingGates"].items()) {
    if (std::ranges::find(gates.items(), gate) != gates.items().end()) continue;
    throw invalid(
        known("pods"), name, "spec.schedulingGates",
        fmt::format("Forbidden: only deletion is allowed, but found new scheduling gate '{}'", gate["name"].string()));
  }
  const bool gated = !gates.empty();
  if (fixed_part(pod["spec"], gated) == fixed_part(old["spec"], gated)) return;
  throw invalid(known("pods"), name, "spec",
                "Forbidden: pod updates may not change fields other than "
                "`spec.containers[*].image`,`spec.initContainers[*].image`,"
                "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
}

void check_status_update(json& pod, const json& old) {
  if (pod["status"]["qosClass"].empty()) pod["status"]["qosClass"] = old["status"]["qosClass"];
  const json& nominated = std::as_const(pod)["status"]["nominatedNodeName"];
  if (old["spec"]["nodeName"].empty() || nominated.empty() || nominated == old["status"]["nominatedNodeName"]) return;
  throw invalid(known("pods"), old["metadata"]["name"].string(), "status.nominatedNodeName",
                "Forbidden: may not be set on pods that are already bound to a node");
}

void set_condition(json& object, std::string_view type, std::string_view status, std::string_view reason,
                   std::string_view message, std::string_view now) {
  auto& conditions = object["status"]["conditions"].make_items();
  const auto found = std::ranges::find_if(conditions, [&](const json& c) { return c["type"].string() == type; });
  json& condition = found != conditions.end() ? *found : conditions.emplace_back();
  if (condition["status"].string() != status) condition["lastTransitionTime"] = now;
  condition["type"] = type;
  condition["status"] = status;
  for (const auto& [field, value] : {std::pair{"reason", reason}, std::pair{"message", message}}) {
    if (value.empty()) {
      condition.erase(field);
    } else {
      condition[field] = value;
    }
  }
}

json terminating(json pod, std::string_view now) {
  json& metadata = pod["metadata"];
  if (metadata["deletionTimestamp"].empty()) {
    metadata["deletionTimestamp"] = now;
    metadata["generation"] = metadata["generation"].integer(0) + 1;
  }
  metadata["deletionGracePeriodSeconds"] = 0;
  return pod;
}

json bound(json pod, const json& binding, std::string_view now) {
  const resource& pods = known("pods");
  const std::string name(pod["metadata"]["name"].string());
  const std::string_view node = binding["target"]["name"].string();
  const std::string_view kind = binding["target"]["kind"].string();
  if (!kind.empty() && kind != "Node") {
    throw refusal(500, "",
                  fmt::format("target.kind: Unsupported value: \"{}\": supported values: \"Node\", \"<empty>\"", kind));
  }
  if (node.empty()) throw refusal(500, "", "target.name: Required value");

  for (const auto& [field, label] : {std::pair{"uid", "UID"}, std::pair{"resourceVersion", "ResourceVersion"}}) {
    const std::string_view wanted = binding["metadata"][field].string(), actual = pod["metadata"][field].string();
    if (wanted.empty() || wanted == actual) continue;
    throw conflict(pods, "", name, failed_precondition(pods, pod, label, wanted, actual));
  }
  if (!pod["metadata"]["deletionTimestamp"].empty()) {
    throw conflict(pods, "binding", name, fmt::format("pod {} is being deleted, cannot be assigned to a host", name));
  }
  if (const auto there = pod["spec"]["nodeName"].string(); !there.empty()) {
    throw conflict(pods, "binding", name, fmt::format("pod {} is already assigned to node \"{}\"", name, there));
  }
  if (!pod["spec"]["schedulingGates"].empty()) {
    throw conflict(pods, "binding", name, fmt::format("pod {} has non-empty .spec.schedulingGates", name));
  }
  pod["spec"]["nodeName"] = node;
  pod["status"].erase("nominatedNodeName");
  for (const auto* map : {"annotations", "labels"}) {
    for (const auto& [key, value] : binding["metadata"][map].members()) pod["metadata"][map][key] = value;
  }
  set_condition(pod, "PodScheduled", "True", "", "", now);
  return pod;
}

}  // namespace berth::memory_api
