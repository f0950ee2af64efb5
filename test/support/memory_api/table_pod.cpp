#include "test/support/memory_api/table_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace berth::memory_api {

namespace {

std::string or_none(std::string_view text) { return text.empty() ? "<none>" : std::string(text); }

const json& condition(const json& pod, std::string_view type) {
  static const json nothing;
  const auto& conditions = pod["status"]["conditions"].items();
  const auto found = std::ranges::find_if(conditions, [&](const json& c) { return c["type"].string() == type; });
  return found == conditions.end() ? nothing : *found;
}

/// The reason of a container that has ended.
std::string ended(const json& terminated) {
  if (!terminated["reason"].empty()) return std::string(terminated["reason"].string());
  if (const auto signal = terminated["signal"].integer()) return fmt::format("Signal:{}", signal);
  return fmt::format("ExitCode:{}", terminated["exitCode"].integer());
}

struct summary {
  std::string reason;
  std::int64_t restarts = 0;
  int ready = 0;
};

/// Whether an init container holds the pod up, with the reason.
bool initializing(const json& pod, summary& s) {
  std::size_t number = 0;
  for (const json& status : pod["status"]["initContainerStatuses"].items()) {
    s.restarts += status["restartCount"].integer();
    const json& terminated = status["state"]["terminated"];
    const std::string_view waiting = status["state"]["waiting"]["reason"].string();
    if (!terminated.is_null() && terminated["exitCode"].integer() == 0) {
      ++number;
      continue;
    }
    if (!terminated.is_null()) {
      s.reason = "Init:" + ended(terminated);
    } else if (!waiting.empty() && waiting != "PodInitializing") {
      s.reason = "Init:" + std::string(waiting);
    } else {
      s.reason = fmt::format("Init:{}/{}", number, pod["spec"]["initContainers"].items().size());
    }
    return true;
  }
  return false;
}

summary summarize(const json& pod) {
  summary s;
  const json& status = pod["status"];
  s.reason = status["reason"].empty() ? status["phase"].string() : status["reason"].string();
  if (condition(pod, "PodScheduled")["reason"].string() == "SchedulingGated") s.reason = "SchedulingGated";
  if (!initializing(pod, s)) {
    s.restarts = 0;
    const auto& containers = status["containerStatuses"].items();
    for (auto c = containers.rbegin(); c != containers.rend(); ++c) {
      const json& state = (*c)["state"];
      s.restarts += (*c)["restartCount"].integer();
      if (!state["waiting"]["reason"].empty()) {
        s.reason = state["waiting"]["reason"].string();
      } else if (!state["terminated"].is_null()) {
        s.reason = ended(state["terminated"]);
      } else if ((*c)["ready"].boolean() && !state["running"].is_null()) {
        ++s.ready;
      }
    }
  }
  const auto phase = status["phase"].string();
  if (!pod["metadata"]["deletionTimestamp"].empty() && phase != "Succeeded" && phase != "Failed")
    s.reason = "Terminating";
  return s;
}

std::string readiness_gates(const json& pod) {
  const auto& gates = pod["spec"]["readinessGates"].items();
  if (gates.empty()) return "<none>";
  const auto open = std::ranges::count_if(
      gates, [&](const json& g) { return condition(pod, g["conditionType"].string())["status"].string() == "True"; });
  return fmt::format("{}/{}", open, gates.size());
}

}  // namespace

json::array pod_cells(const json& pod, k8s::timestamp now) {
  const summary s = summarize(pod);
  const json& status = pod["status"];
  const auto& ips = status["podIPs"].items();
  return {pod["metadata"]["name"],
          fmt::format("{}/{}", s.ready, pod["spec"]["containers"].items().size()),
          s.reason,
          std::to_string(s.restarts),
          age(pod["metadata"]["creationTimestamp"], now),
          or_none(ips.empty() ? std::string_view() : ips.front()["ip"].string()),
          or_none(pod["spec"]["nodeName"].string()),
          or_none(status["nominatedNodeName"].string()),
          readiness_gates(pod)};
}

}  // namespace berth::memory_api
