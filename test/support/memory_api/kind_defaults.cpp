#include "test/support/memory_api/kind_defaults.hpp"

#include "test/support/memory_api/pod_rules.hpp"
#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/resource.hpp"
#include "test/support/memory_api/store.hpp"

#include <fmt/format.h>

namespace berth::memory_api {

namespace {

void set_default(json& of, std::string_view field, json value) {
  if (of[field].empty()) of[field] = std::move(value);
}

void resolve_priority(json& pod, const store& objects) {
  json& spec = pod["spec"];
  const std::string wanted(spec["priorityClassName"].string());
  object_ptr chosen;
  if (!wanted.empty()) {
    chosen = objects.get({"priorityclasses", "", wanted});
    if (!chosen) {
      const std::string_view name = pod["metadata"]["name"].string();
      json details;
      details["name"] = name;
      details["kind"] = "pods";
      throw refusal(403, "Forbidden",
                    fmt::format("pods \"{}\" is forbidden: no PriorityClass with name {} was found", name, wanted),
                    details);
    }
  } else {
    for (const auto& candidate : objects.list("priorityclasses")) {
      if (candidate->value()["globalDefault"].boolean()) chosen = candidate;
    }
  }
  const json nothing;
  const json& from = chosen ? chosen->value() : nothing;
  if (chosen) spec["priorityClassName"] = from["metadata"]["name"];
  spec["priority"] = from["value"].integer(0);
  if (spec["preemptionPolicy"].empty()) {
    const std::string_view policy = from["preemptionPolicy"].string();
    spec["preemptionPolicy"] = policy.empty() ? "PreemptLowerPriority" : policy;
  }
}

void default_workload(const resource& of, json& object) {
  json& spec = object["spec"];
  if (of.plural != "replicationcontrollers" && spec["selector"].is_null()) {
    throw invalid(of, object["metadata"]["name"].string(), "spec.selector", "Required value");
  }
  if (of.plural != "daemonsets" && spec["replicas"].is_null()) spec["replicas"] = 1;
  default_pod_spec(spec["template"]["spec"]);
  if (of.plural != "deployments") return;
  json& strategy = spec["strategy"];
  set_default(strategy, "type", "RollingUpdate");
  if (strategy["type"].string() == "RollingUpdate") {
    set_default(strategy["rollingUpdate"], "maxSurge", "25%");
    set_default(strategy["rollingUpdate"], "maxUnavailable", "25%");
  }
  if (spec["revisionHistoryLimit"].is_null()) spec["revisionHistoryLimit"] = 10;
  if (spec["progressDeadlineSeconds"].is_null()) spec["progressDeadlineSeconds"] = 600;
}

bool is_workload(const resource& of) { return of.group == "apps" || of.plural == "replicationcontrollers"; }

void default_service(json& service, std::int64_t number) {
  json& spec = service["spec"];
  set_default(spec, "type", "ClusterIP");
  set_default(spec, "clusterIP", fmt::format("10.96.{}.{}", (number / 250) % 250, number % 250 + 1));
  spec["clusterIPs"] = json::array{spec["clusterIP"]};
  set_default(spec, "sessionAffinity", "None");
  set_default(spec, "internalTrafficPolicy", "Cluster");
  for (json& port : spec["ports"].make_items()) {
    set_default(port, "protocol", "TCP");
    set_default(port, "targetPort", port["port"]);
  }
  service["status"]["loadBalancer"] = json::object{};
}

}  // namespace

void default_kind(const resource& of, json& object, const store& objects, std::string_view now) {
  if (of.plural == "pods") {
    prepare_new_pod(object, now);
    resolve_priority(object, objects);
  } else if (is_workload(of)) {
    object["status"] = json::object{};
    default_workload(of, object);
  } else if (of.plural == "nodes") {
    object["spec"].make_members();
    json& status = object["status"];
    if (!status["capacity"].empty()) set_default(status, "allocatable", status["capacity"]);
  } else if (of.plural == "namespaces") {
    object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"];
    object["spec"]["finalizers"] = json::array{"kubernetes"};
    object["status"] = json::object{{"phase", "Active"}};
  } else if (of.plural == "services") {
    default_service(object, objects.revision());
  } else if (of.plural == "persistentvolumeclaims" || of.plural == "persistentvolumes") {
    object["status"] = json::object{{"phase", "Pending"}};
  } else if (of.plural == "priorityclasses") {
    set_default(object, "preemptionPolicy", "PreemptLowerPriority");
    object["metadata"]["generation"] = 1;
  } else if ((of.subresources & has_status) != 0) {
    object["status"] = json::object{};
  }
}

void default_update(const resource& of, json& object, const json& old) {
  if (is_workload(of)) default_workload(of, object);
  if (of.plural == "pods") default_pod_spec(object["spec"]);
  if (of.plural == "namespaces") set_default(object, "spec", old["spec"]);
  if (of.plural == "services" && object["spec"]["clusterIP"].empty()) {
    for (const auto* field : {"clusterIP", "clusterIPs"}) object["spec"][field] = old["spec"][field];
  }
}

}  // namespace berth::memory_api
