#include "test/support/memory_api/scale.hpp"

#include <string>

namespace berth::memory_api {

json scale_of(const json& workload) {
  json scale;
  scale["kind"] = "Scale";
  scale["apiVersion"] = "autoscaling/v1";
  for (const auto* field : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
    scale["metadata"][field] = workload["metadata"][field];
  }
  scale["spec"]["replicas"] = workload["spec"]["replicas"].integer(0);
  scale["status"]["replicas"] = workload["status"]["replicas"].integer(0);
  std::string selector;
  for (const auto& [key, value] : workload["spec"]["selector"]["matchLabels"].members()) {
    if (!selector.empty()) selector += ',';
    selector += key + "=" + std::string(value.string());
  }
  scale["status"]["selector"] = selector;
  return scale;
}

}  // namespace berth::memory_api
