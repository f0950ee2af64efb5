#include "k8s/codec/pod_draft.hpp"

namespace berth::k8s {

namespace {

void requests_from_limits(container_draft& c) {
  for (const auto& [name, amount] : c.limits) {
    if (c.requests.find(name) == nullptr) c.requests.set(name, amount);
  }
}

void ports_of(container_draft& c, bool host_network) {
  for (port_draft& p : c.ports) {
    if (host_network && p.host_port == 0) p.host_port = p.container_port;
    if (p.protocol.empty()) p.protocol = "TCP";
  }
}

bool is_huge_page(std::string_view resource) { return resource.starts_with("hugepages-"); }

void add(resource_list& sum, const resource_list& more) {
  for (const auto& [name, amount] : more) {
    quantity total = amount;
    if (const quantity* before = sum.find(name)) total += *before;
    sum.set(name, total);
  }
}

void raise_to(resource_list& most, const resource_list& other) {
  for (const auto& [name, amount] : other) {
    const quantity* before = most.find(name);
    if (before == nullptr || *before < amount) most.set(name, amount);
  }
}

// A pod that asks for something as a whole asks for everything as a whole: for what its containers ask, then for its
// limits. Huge pages cannot be overcommitted, so a limit of the pod comes first there.
void pod_level_requests(pod_draft& draft) {
  resource_list& requests = draft.spec.pod_requests;
  if (requests.empty() && draft.pod_limits.empty()) return;
  const auto default_to = [&](const std::string& name, quantity amount) {
    if (is_pod_level_resource(name) && requests.find(name) == nullptr) requests.set(name, amount);
  };
  for (const auto& [name, amount] : requests_of_containers(draft)) {
    const quantity* limit = is_huge_page(name) ? draft.pod_limits.find(name) : nullptr;
    default_to(name, limit != nullptr ? *limit : amount);
  }
  for (const auto& [name, amount] : draft.pod_limits) default_to(name, amount);
}

}  // namespace

bool is_pod_level_resource(std::string_view resource) {
  return resource == "cpu" || resource == "memory" || is_huge_page(resource);
}

resource_list requests_of_containers(const pod_draft& draft) {
  resource_list total;
  for (const container_draft& c : draft.containers) add(total, c.requests);
  resource_list sidecars;
  resource_list starting;
  for (const container_draft& c : draft.init_containers) {
    if (c.sidecar) {
      add(total, c.requests);
      add(sidecars, c.requests);
      raise_to(starting, sidecars);
    } else {
      resource_list with_sidecars = c.requests;
      add(with_sidecars, sidecars);
      raise_to(starting, with_sidecars);
    }
  }
  raise_to(total, starting);
  return total;
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
