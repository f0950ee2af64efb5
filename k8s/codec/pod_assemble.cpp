#include "k8s/codec/pod_draft.hpp"

#include <algorithm>

namespace berth::k8s {

namespace {

container finished(container_draft&& draft) {
  container c{std::move(draft.name), std::move(draft.image), std::move(draft.requests), {}, draft.sidecar};
  for (port_draft& p : draft.ports) {
    if (p.host_port > 0) c.host_ports.push_back({std::move(p.host_ip), std::move(p.protocol), p.host_port});
  }
  return c;
}

std::vector<container> finished(std::vector<container_draft>&& drafts) {
  std::vector<container> containers;
  containers.reserve(drafts.size());
  for (container_draft& d : drafts) containers.push_back(finished(std::move(d)));
  return containers;
}

std::optional<controller_owner> controller_among(std::vector<owner_reference_draft>&& owners) {
  for (owner_reference_draft& o : owners) {
    if (!o.controller) continue;
    return controller_owner{std::move(o.api_version), std::move(o.kind), std::move(o.name), std::move(o.uid)};
  }
  return std::nullopt;
}

// Of several of one type the first counts, as upstream's GetPodCondition has it.
condition_draft* find_condition(std::vector<condition_draft>& conditions, std::string_view type) {
  const auto at = std::find_if(conditions.begin(), conditions.end(), [&](const auto& c) { return c.type == type; });
  return at == conditions.end() ? nullptr : &*at;
}

const container_status_draft* find_status(const pod_draft& draft, const std::string& container) {
  for (const auto* statuses : {&draft.statuses, &draft.init_statuses}) {
    for (const container_status_draft& s : *statuses) {
      if (s.name == container) return &s;
    }
  }
  return nullptr;
}

// What status says of a container, with upstream's stand-ins for what it does not say.
container_status_resources status_of(const container& c, const container_status_draft* status, bool infeasible) {
  const resource_list unsaid = infeasible ? resource_list() : c.requests;
  const auto& allocated = status != nullptr && status->allocated ? *status->allocated : unsaid;
  const auto& actual = status != nullptr && status->actual ? *status->actual : allocated;
  return {c.name, allocated, actual};
}

std::vector<container_status_resources> differing_statuses(const pod_draft& draft, const pod_spec& spec,
                                                           bool infeasible) {
  std::vector<container_status_resources> differing;
  for (const auto* containers : {&spec.containers, &spec.init_containers}) {
    for (const container& c : *containers) {
      auto status = status_of(c, find_status(draft, c.name), infeasible);
      if (status.allocated != c.requests || status.actual != c.requests) differing.push_back(std::move(status));
    }
  }
  return differing;
}

// Whether the containers' own requests already cover the list, so that a maximum with it changes nothing.
bool covered_by_containers(const resource_list& list, const pod_spec& spec) {
  return std::all_of(list.begin(), list.end(), [&](const resource_list::entry& wanted) {
    quantity sum;
    for (const container& c : spec.containers) {
      if (const quantity* q = c.requests.find(wanted.first)) sum += *q;
    }
    return wanted.second <= sum;
  });
}

void assemble_status_resources(pod_draft& draft, const pod_spec& spec, pod& p) {
  if (!draft.status_allocated || !draft.status_actual) {
    p.status_resources = differing_statuses(draft, spec, p.resize_infeasible);
    return;
  }
  const bool settled = !p.resize_infeasible && spec.pod_requests.empty() &&
                       covered_by_containers(*draft.status_allocated, spec) &&
                       covered_by_containers(*draft.status_actual, spec);
  if (!settled) p.pod_level_status = {std::move(*draft.status_allocated), std::move(*draft.status_actual)};
}

}  // namespace

pod_ptr assemble(pod_draft&& draft) {
  pod& p = draft.object;
  pod_spec& spec = draft.spec;

  spec.namespace_ = p.key.namespace_;
  spec.owner = controller_among(std::move(draft.owners));
  spec.containers = finished(std::move(draft.containers));
  spec.init_containers = finished(std::move(draft.init_containers));
  std::erase_if(spec.volumes, [](const volume& v) { return v.kind == volume_kind::other; });
  if (spec.affinity && *spec.affinity == node_affinity()) spec.affinity.reset();
  for (auto* rules : {&spec.pod_affinity_rules, &spec.pod_anti_affinity_rules}) {
    if (*rules && (*rules)->empty()) rules->reset();
  }

  if (condition_draft* c = find_condition(draft.conditions, "PodScheduled")) {
    p.scheduled = {c->status == "True", std::move(c->reason), std::move(c->message)};
  }
  if (const condition_draft* c = find_condition(draft.conditions, "PodResizePending")) {
    p.resize_infeasible = c->reason == "Infeasible";
  }
  assemble_status_resources(draft, spec, p);

  p.spec = std::make_shared<const pod_spec>(std::move(spec));
  return std::make_shared<const pod>(std::move(p));
}

}  // namespace berth::k8s
