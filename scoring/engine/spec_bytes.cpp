#include "scoring/engine/spec_bytes.hpp"

namespace berth::scoring {

namespace {

// An entry with two strings of a usual length, as labels and resources are; longer strings are rare, and bounded.
constexpr std::size_t per_entry = 96;

std::size_t entries_in(const std::vector<k8s::selector_requirement>& list) noexcept {
  std::size_t n = list.size();
  for (const k8s::selector_requirement& r : list) n += r.values.size();
  return n;
}

std::size_t entries_in(const k8s::node_selector_term& t) noexcept {
  return 1 + entries_in(t.match_expressions) + entries_in(t.match_fields);
}

std::size_t entries_in(const std::optional<k8s::label_selector>& s) noexcept {
  return s ? s->match_labels.size() + entries_in(s->match_expressions) : 0;
}

std::size_t entries_in(const k8s::pod_affinity_term& t) noexcept {
  return 3 + entries_in(t.selector) + entries_in(t.namespace_selector) + t.namespaces.size() +
         t.match_label_keys.size() + t.mismatch_label_keys.size();
}

std::size_t entries_in(const std::optional<k8s::pod_affinity>& rules) noexcept {
  if (!rules) return 0;
  std::size_t n = 1;
  for (const k8s::pod_affinity_term& t : rules->required) n += entries_in(t);
  for (const k8s::weighted_pod_affinity_term& t : rules->preferred) n += entries_in(t.term);
  return n;
}

std::size_t entries_in(const k8s::node_affinity& a) noexcept {
  std::size_t n = 1;
  if (a.required)
    for (const k8s::node_selector_term& t : a.required->terms) n += entries_in(t);
  for (const k8s::preferred_node_term& t : a.preferred) n += entries_in(t.preference);
  return n;
}

std::size_t entries_in(const std::vector<k8s::container>& containers) noexcept {
  std::size_t n = 2 * containers.size();
  for (const k8s::container& c : containers) n += c.requests.size() + c.host_ports.size();
  return n;
}

}  // namespace

std::size_t bytes_of(const k8s::pod_spec& spec) noexcept {
  std::size_t n = spec.labels.size() + spec.node_selector.size() + spec.tolerations.size() + spec.volumes.size() +
                  spec.overhead.size() + spec.pod_requests.size();
  if (spec.affinity) n += entries_in(*spec.affinity);
  n += entries_in(spec.pod_affinity_rules) + entries_in(spec.pod_anti_affinity_rules);
  for (const k8s::topology_spread_constraint& c : spec.spread_constraints)
    n += 2 + entries_in(c.selector) + c.match_label_keys.size();
  n += entries_in(spec.init_containers) + entries_in(spec.containers);
  return sizeof spec + n * per_entry;
}

}  // namespace berth::scoring
