#include "test/support/memory_api/table_cells.hpp"

#include "test/support/memory_api/resource.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace berth::memory_api {

namespace {

std::string join(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, ",")); }

std::string or_else(std::string_view text, std::string_view otherwise) {
  return std::string(text.empty() ? otherwise : text);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return result;
}

/// "a=1,b=2" of a map, as labels are written.
std::string labels_text(const json& map) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : map.members()) parts.push_back(fmt::format("{}={}", key, value.string()));
  std::ranges::sort(parts);
  return parts.empty() ? "<none>" : join(parts);
}

std::string of_containers(const json& workload, std::string_view field) {
  std::vector<std::string> parts;
  for (const json& c : workload["spec"]["template"]["spec"]["containers"].items())
    parts.emplace_back(c[field].string());
  return join(parts);
}

json name_of(const json& o) { return o["metadata"]["name"]; }
json age_of(const json& o, k8s::timestamp now) { return age(o["metadata"]["creationTimestamp"], now); }

constexpr std::array plain_columns{column{"Name"}, column{"Age"}};
json::array plain_cells(const json& o, k8s::timestamp now) { return {name_of(o), age_of(o, now)}; }

constexpr std::array pod_columns{column{"Name"},
                                 column{"Ready"},
                                 column{"Status"},
                                 column{"Restarts"},
                                 column{"Age"},
                                 column{"IP", "string", true},
                                 column{"Node", "string", true},
                                 column{"Nominated Node", "string", true},
                                 column{"Readiness Gates", "string", true}};

constexpr std::array node_columns{column{"Name"},
                                  column{"Status"},
                                  column{"Roles"},
                                  column{"Age"},
                                  column{"Version"},
                                  column{"Internal-IP", "string", true},
                                  column{"External-IP", "string", true},
                                  column{"OS-Image", "string", true},
                                  column{"Kernel-Version", "string", true},
                                  column{"Container-Runtime", "string", true}};
json::array node_cells(const json& node, k8s::timestamp now) {
  const json& info = node["status"]["nodeInfo"];
  std::string status = "Unknown";
  for (const json& c : node["status"]["conditions"].items()) {
    if (c["type"].string() == "Ready") status = c["status"].string() == "True" ? "Ready" : "NotReady";
  }
  if (node["spec"]["unschedulable"].boolean()) status += ",SchedulingDisabled";
  constexpr std::string_view prefix = "node-role.kubernetes.io/";
  std::vector<std::string> roles;
  for (const auto& [key, value] : node["metadata"]["labels"].members()) {
    if (key.starts_with(prefix) && key.size() > prefix.size()) roles.push_back(key.substr(prefix.size()));
  }
  const auto address = [&](std::string_view type) {
    for (const json& a : node["status"]["addresses"].items()) {
      if (a["type"].string() == type) return std::string(a["address"].string());
    }
    return std::string("<none>");
  };
  std::string kernel = or_else(info["kernelVersion"].string(), "<unknown>");
  if (!info["architecture"].empty()) kernel += fmt::format(" ({})", info["architecture"].string());
  return {name_of(node),
          status,
          or_else(join(roles), "<none>"),
          age_of(node, now),
          std::string(info["kubeletVersion"].string()),
          address("InternalIP"),
          address("ExternalIP"),
          or_else(info["osImage"].string(), "<unknown>"),
          kernel,
          or_else(info["containerRuntimeVersion"].string(), "<unknown>")};
}

constexpr std::array event_columns{column{"Last Seen"},
                                   column{"Type"},
                                   column{"Reason"},
                                   column{"Object"},
                                   column{"Subobject", "string", true},
                                   column{"Source", "string", true},
                                   column{"Message"},
                                   column{"First Seen", "string", true},
                                   column{"Count", "string", true},
                                   column{"Name", "string", true}};
/// Of either view: the core names, or else those of events.k8s.io.
json::array event_cells(const json& event, k8s::timestamp now) {
  const auto field = [&](std::string_view core, std::string_view modern) -> const json& {
    return event[core].is_null() ? event[modern] : event[core];
  };
  const json& about = field("involvedObject", "regarding");
  const json& series = event["series"];
  const json& first_seen = field("firstTimestamp", "deprecatedFirstTimestamp");
  const json& last_seen = field("lastTimestamp", "deprecatedLastTimestamp");
  const json first = age(first_seen.empty() ? event["eventTime"] : first_seen, now);
  json last = last_seen.empty() ? first : age(last_seen, now);
  if (!series.is_null()) last = age(series["lastObservedTime"], now);
  const auto count = series.is_null() ? field("count", "deprecatedCount").integer(1) : series["count"].integer();
  const json& source = field("source", "deprecatedSource");
  std::string from = or_else(source["component"].string(), field("reportingComponent", "reportingController").string());
  const std::string host = or_else(source["host"].string(), event["reportingInstance"].string());
  if (!host.empty()) from += ", " + host;
  std::string object = lower(about["kind"].string());
  if (!about["name"].empty()) object += "/" + std::string(about["name"].string());
  return {last,
          event["type"],
          event["reason"],
          object,
          std::string(about["fieldPath"].string()),
          from,
          field("message", "note"),
          first,
          count,
          name_of(event)};
}

constexpr std::array deployment_columns{column{"Name"},
                                        column{"Ready"},
                                        column{"Up-to-date", "integer"},
                                        column{"Available", "integer"},
                                        column{"Age"},
                                        column{"Containers", "string", true},
                                        column{"Images", "string", true},
                                        column{"Selector", "string", true}};
json::array deployment_cells(const json& d, k8s::timestamp now) {
  const json& status = d["status"];
  return {name_of(d),
          fmt::format("{}/{}", status["readyReplicas"].integer(), d["spec"]["replicas"].integer()),
          status["updatedReplicas"].integer(),
          status["availableReplicas"].integer(),
          age_of(d, now),
          of_containers(d, "name"),
          of_containers(d, "image"),
          labels_text(d["spec"]["selector"]["matchLabels"])};
}

constexpr std::array replica_set_columns{column{"Name"},
                                         column{"Desired", "integer"},
                                         column{"Current", "integer"},
                                         column{"Ready", "integer"},
                                         column{"Age"},
                                         column{"Containers", "string", true},
                                         column{"Images", "string", true},
                                         column{"Selector", "string", true}};
json::array replica_set_cells(const json& rs, k8s::timestamp now) {
  const json& selector = rs["spec"]["selector"];
  return {name_of(rs),
          rs["spec"]["replicas"].integer(),
          rs["status"]["replicas"].integer(),
          rs["status"]["readyReplicas"].integer(),
          age_of(rs, now),
          of_containers(rs, "name"),
          of_containers(rs, "image"),
          labels_text(selector.find("matchLabels") != nullptr ? selector["matchLabels"] : selector)};
}

constexpr std::array service_columns{column{"Name"},
                                     column{"Type"},
                                     column{"Cluster-IP"},
                                     column{"External-IP"},
                                     column{"Port(s)"},
                                     column{"Age"},
                                     column{"Selector", "string", true}};
json::array service_cells(const json& service, k8s::timestamp now) {
  const json& spec = service["spec"];
  std::vector<std::string> ports;
  for (const json& p : spec["ports"].items())
    ports.push_back(fmt::format("{}/{}", p["port"].integer(), p["protocol"].string()));
  return {name_of(service),
          spec["type"],
          or_else(spec["clusterIP"].string(), "<none>"),
          "<none>",
          or_else(join(ports), "<none>"),
          age_of(service, now),
          labels_text(spec["selector"])};
}

constexpr std::array data_columns{column{"Name"}, column{"Data"}, column{"Age"}};
json::array data_cells(const json& o, k8s::timestamp now) {
  return {name_of(o), std::to_string(o["data"].members().size() + o["binaryData"].members().size()), age_of(o, now)};
}

constexpr std::array status_columns{column{"Name"}, column{"Status"}, column{"Age"}};
json::array status_cells(const json& o, k8s::timestamp now) {
  return {name_of(o), o["status"]["phase"], age_of(o, now)};
}

constexpr std::array lease_columns{column{"Name"}, column{"Holder"}, column{"Age"}};
json::array lease_cells(const json& o, k8s::timestamp now) {
  return {name_of(o), std::string(o["spec"]["holderIdentity"].string()), age_of(o, now)};
}

constexpr std::array class_columns{column{"Name"}, column{"Value", "integer"}, column{"Global-Default", "boolean"},
                                   column{"Age"}, column{"PreemptionPolicy"}};
json::array class_cells(const json& o, k8s::timestamp now) {
  return {name_of(o), o["value"].integer(), o["globalDefault"].boolean(), age_of(o, now), o["preemptionPolicy"]};
}

constexpr std::array kinds{
    table_kind{"pods", pod_columns, pod_cells},
    table_kind{"nodes", node_columns, node_cells},
    table_kind{"events", event_columns, event_cells},
    table_kind{"deployments", deployment_columns, deployment_cells},
    table_kind{"replicasets", replica_set_columns, replica_set_cells},
    table_kind{"replicationcontrollers", replica_set_columns, replica_set_cells},
    table_kind{"services", service_columns, service_cells},
    table_kind{"configmaps", data_columns, data_cells},
    table_kind{"namespaces", status_columns, status_cells},
    table_kind{"leases", lease_columns, lease_cells},
    table_kind{"priorityclasses", class_columns, class_cells},
};
constexpr table_kind plain{"", plain_columns, plain_cells};

}  // namespace

const table_kind& columns_of(const resource& of) {
  const auto found = std::ranges::find(kinds, of.storage(), &table_kind::storage);
  return found == kinds.end() ? plain : *found;
}

}  // namespace berth::memory_api
