#include "k8s/codec/pod_draft.hpp"
#include "k8s/codec/storage_drafts.hpp"

#include <algorithm>

namespace berth::k8s {

namespace {

container finished(container_draft&& draft) {
  container c{std::move(draft.name), std::move(draft.image),  std::move(draft.requests), {},
              draft.sidecar,         std::move(draft.limits)};
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

bool restarts_all_containers(const container_draft& c) {
  return std::find(c.restart_actions.begin(), c.restart_actions.end(), "RestartAllContainers") !=
         c.restart_actions.end();
}

bool has_bind_mount_options(const container_draft& c) {
  return std::any_of(c.mounts.begin(), c.mounts.end(), [](const mount_draft& m) { return !m.bind_options.empty(); });
}

// Upstream: component-helpers/nodedeclaredfeatures, InferForPodScheduling.
declared_features needed_features(const pod_draft& draft) {
  declared_features needed = 0;
  if (draft.host_network && !draft.host_users) needed |= feature_user_namespaces_host_network;
  for (const auto* containers : {&draft.containers, &draft.init_containers, &draft.ephemeral_containers}) {
    const bool ephemeral = containers == &draft.ephemeral_containers;
    for (const container_draft& c : *containers) {
      if (!ephemeral && restarts_all_containers(c)) needed |= feature_restart_all_containers;
      if (has_bind_mount_options(c)) needed |= feature_bind_mount_options;
    }
  }
  return needed;
}

// Of several of one type the first counts, as upstream's GetPodCondition has it.
condition_draft* find_condition(std::vector<condition_draft>& conditions, std::string_view type) {
  const auto at = std::find_if(conditions.begin(), conditions.end(), [&](const auto& c) { return c.type == type; });
  return at == conditions.end() ? nullptr : &*at;
}

}  // namespace

pod_ptr assemble(pod_draft&& draft) {
  pod& p = draft.object;
  pod_spec& spec = draft.spec;

  if (const condition_draft* c = find_condition(draft.conditions, "PodResizePending")) {
    p.resize_infeasible = c->reason == "Infeasible";
  }
  assemble_status_resources(draft);

  spec.needed_features = needed_features(draft);
  spec.namespace_ = p.key.namespace_;
  spec.owner = controller_among(std::move(draft.owners));
  // A static pod's mirror names its node as owner; those that old kubelets or people wrote have the annotation alone.
  if (!spec.owner && draft.mirror) spec.owner = controller_owner{"v1", "Node", p.node_name, ""};
  spec.containers = finished(std::move(draft.containers));
  spec.init_containers = finished(std::move(draft.init_containers));
  std::erase_if(spec.volumes, [](const volume& v) { return v.kind == volume_kind::other; });
  for (volume& v : spec.volumes)
    if (v.source) set_defaults(*v.source);
  if (spec.affinity && *spec.affinity == node_affinity()) spec.affinity.reset();
  for (auto* rules : {&spec.pod_affinity_rules, &spec.pod_anti_affinity_rules}) {
    if (*rules && (*rules)->empty()) rules->reset();
  }

  if (const condition_draft* c = find_condition(draft.conditions, "DisruptionTarget")) {
    p.preempted = c->status == "True" && c->reason == "PreemptionByScheduler";
  }
  if (condition_draft* c = find_condition(draft.conditions, "PodScheduled")) {
    p.scheduled = {c->status == "True", std::move(c->reason), std::move(c->message)};
  }

  p.spec = std::make_shared<const pod_spec>(std::move(spec));
  return std::make_shared<const pod>(std::move(p));
}

}  // namespace berth::k8s
