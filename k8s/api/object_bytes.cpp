#include "k8s/api/object_bytes.hpp"

namespace berth::k8s {

namespace {

// An entry with two strings of a usual length, as labels and resources are; what is longer is rare, and bounded.
constexpr std::size_t per_entry = 96;

std::size_t entries_in(const std::vector<selector_requirement>& list) noexcept {
  std::size_t n = list.size();
  for (const selector_requirement& r : list) n += r.values.size();
  return n;
}

std::size_t entries_in(const node_selector_term& t) noexcept {
  return 1 + entries_in(t.match_expressions) + entries_in(t.match_fields);
}

std::size_t entries_in(const std::optional<label_selector>& s) noexcept {
  return s ? s->match_labels.size() + entries_in(s->match_expressions) : 0;
}

std::size_t entries_in(const pod_affinity_term& t) noexcept {
  return 3 + entries_in(t.selector) + entries_in(t.namespace_selector) + t.namespaces.size() +
         t.match_label_keys.size() + t.mismatch_label_keys.size();
}

std::size_t entries_in(const std::optional<pod_affinity>& rules) noexcept {
  if (!rules) return 0;
  std::size_t n = 1;
  for (const pod_affinity_term& t : rules->required) n += entries_in(t);
  for (const weighted_pod_affinity_term& t : rules->preferred) n += entries_in(t.term);
  return n;
}

std::size_t entries_in(const node_affinity& a) noexcept {
  std::size_t n = 1;
  if (a.required)
    for (const node_selector_term& t : a.required->terms) n += entries_in(t);
  for (const preferred_node_term& t : a.preferred) n += entries_in(t.preference);
  return n;
}

std::size_t entries_in(const std::vector<container>& containers) noexcept {
  std::size_t n = 2 * containers.size();
  for (const container& c : containers) n += c.requests.size() + c.limits.size() + c.host_ports.size();
  return n;
}

// What the API server admits at any length: names of images and schedulers, and what is written of an owner.
std::size_t long_strings_in(const pod_spec& spec) noexcept {
  std::size_t n = spec.scheduler_name.size();
  for (const auto* containers : {&spec.init_containers, &spec.containers})
    for (const container& c : *containers) n += c.image.size();
  for (const volume& v : spec.volumes) n += v.reference.size();
  if (spec.owner)
    n += spec.owner->api_version.size() + spec.owner->kind.size() + spec.owner->name.size() + spec.owner->uid.size();
  return n;
}

}  // namespace

std::size_t bytes_of(const pod_spec& spec) noexcept {
  std::size_t n = spec.labels.size() + spec.node_selector.size() + spec.tolerations.size() + spec.volumes.size() +
                  spec.overhead.size() + spec.pod_requests.size() + spec.pod_limits.size();
  if (spec.affinity) n += entries_in(*spec.affinity);
  n += entries_in(spec.pod_affinity_rules) + entries_in(spec.pod_anti_affinity_rules);
  for (const topology_spread_constraint& c : spec.spread_constraints)
    n += 2 + entries_in(c.selector) + c.match_label_keys.size();
  n += entries_in(spec.init_containers) + entries_in(spec.containers);
  return sizeof spec + n * per_entry + long_strings_in(spec);
}

std::size_t bytes_of(const pod& object) noexcept {
  std::size_t n = object.scheduling_gates.size();
  for (const container_status_resources& s : object.status_resources) n += 1 + s.allocated.size() + s.actual.size();
  const std::size_t message = object.scheduled ? object.scheduled->message.size() : 0;
  return sizeof object + n * per_entry + message + bytes_of(*object.spec);
}

std::size_t bytes_of(const node& object) noexcept {
  std::size_t n = object.labels.size() + object.annotations.size() + object.taints.size() + object.allocatable.size();
  for (const container_image& i : object.images) n += 1 + i.names.size();
  std::size_t annotations = 0;
  for (const auto& [key, value] : object.annotations) annotations += value.size();
  return sizeof object + n * per_entry + annotations;
}

}  // namespace berth::k8s
