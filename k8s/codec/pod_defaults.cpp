#include "k8s/api/pod_resources.hpp"
#include "k8s/api/resource_sums.hpp"
#include "k8s/codec/pod_draft.hpp"

#include <utility>
#include <vector>

namespace berth::k8s {

namespace {

void requests_from_limits(container_draft& c) {
  if (c.requests.empty())
    c.requests = c.limits;
  else if (!c.limits.empty())
    c.requests.add_missing(c.limits);
}

void ports_of(container_draft& c, bool host_network) {
  for (port_draft& p : c.ports) {
    if (host_network && p.host_port == 0) p.host_port = p.container_port;
    if (p.protocol.empty()) p.protocol = "TCP";
  }
}

bool is_huge_page(std::string_view resource) { return resource.starts_with("hugepages-"); }

// A pod that asks for something as a whole asks for everything as a whole: for what its containers ask, then for its
// limits. Huge pages cannot be overcommitted, so a limit of the pod comes first there.
void pod_level_requests(pod_draft& draft) {
  resource_list& requests = draft.spec.pod_requests;
  const resource_list& pod_limits = draft.spec.pod_limits;
  if (requests.empty() && pod_limits.empty()) return;
  std::vector<resource_list::entry> defaults;
  for (const auto& [name, amount] : requests_of_containers(draft)) {
    if (!is_pod_level_resource(name)) continue;
    const quantity* limit = is_huge_page(name) ? pod_limits.find(name) : nullptr;
    defaults.emplace_back(name, limit != nullptr ? *limit : amount);
  }
  requests.add_missing(resource_list(std::move(defaults)));
  std::vector<resource_list::entry> limits;
  for (const auto& [name, amount] : pod_limits)
    if (is_pod_level_resource(name)) limits.emplace_back(name, amount);
  requests.add_missing(resource_list(std::move(limits)));
}

}  // namespace

resource_list requests_of_containers(const pod_draft& draft) {
  return sum_of_containers(draft.containers, draft.init_containers,
                           [](const container_draft& c) -> const resource_list& { return c.requests; })
      .list();
}

void apply_defaults(pod_draft& draft) {
  if (draft.object.key.namespace_.empty()) draft.object.key.namespace_ = "default";
  if (draft.spec.scheduler_name.empty()) draft.spec.scheduler_name = "default-scheduler";
  for (auto* containers : {&draft.containers, &draft.init_containers}) {
    for (container_draft& c : *containers) {
      requests_from_limits(c);
      ports_of(c, draft.host_network);
    }
  }
  pod_level_requests(draft);
}

}  // namespace berth::k8s
