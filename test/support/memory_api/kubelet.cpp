#include "test/support/memory_api/kubelet.hpp"

#include "test/support/memory_api/pod_rules.hpp"

#include <fmt/format.h>

namespace berth::memory_api {

namespace {

json running_status(const json& container, std::string_view now) {
  json status;
  status["name"] = container["name"];
  status["image"] = container["image"];
  status["imageID"] = "";
  status["containerID"] = "memory://" + std::string(container["name"].string());
  status["ready"] = true;
  status["started"] = true;
  status["restartCount"] = 0;
  status["state"]["running"]["startedAt"] = now;
  status["lastState"] = json::object{};
  return status;
}

}  // namespace

void kubelet::run() {
  std::vector<object_path> bound;
  for (auto c = objects_.after(seen_); c != objects_.end(); ++c) {
    seen_ = c->revision;
    if (c->path.storage == "pods" && c->after && !c->after->value()["spec"]["nodeName"].empty())
      bound.push_back(c->path);
  }
  for (const auto& path : bound) {
    const auto pod = objects_.get(path);
    if (!pod || pod->value()["status"]["phase"].string() != "Pending") continue;
    if (objects_.get({"nodes", "", std::string(pod->value()["spec"]["nodeName"].string())})) start(path, pod->value());
  }
}

void kubelet::start(const object_path& path, const json& pod) {
  const std::string now = with_.time();
  json running = pod;
  for (const auto* type : {"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"}) {
    set_condition(running, type, "True", "", "", now);
  }
  json& status = running["status"];
  status["phase"] = "Running";
  status["startTime"] = now;
  const auto number = ++addresses_;
  status["podIP"] = fmt::format("10.{}.{}.{}", 244 + number / 62500 % 10, number / 250 % 250, number % 250 + 1);
  status["podIPs"] = json::array{json::object{{"ip", status["podIP"]}}};
  status["hostIP"] = "10.0.0.1";
  for (const json& container : pod["spec"]["containers"].items()) {
    status["containerStatuses"].make_items().push_back(running_status(container, now));
  }
  objects_.put(path, std::move(running));
}

}  // namespace berth::memory_api
