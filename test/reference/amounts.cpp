#include "test/reference/amounts.hpp"

#include <algorithm>

namespace berth::reference {

namespace {

using quantities = std::map<std::string, k8s::quantity>;

constexpr std::int64_t default_milli_cpu = 100;
constexpr std::int64_t default_memory_bytes = 200 * 1024 * 1024;

quantities as_map(const k8s::resource_list& list) { return {list.begin(), list.end()}; }

void add(quantities& to, const quantities& more) {
  for (const auto& [name, amount] : more) to[name] += amount;
}

void raise(quantities& to, const quantities& other) {
  for (const auto& [name, amount] : other) {
    const auto there = to.find(name);
    if (there == to.end() || there->second < amount) to[name] = amount;
  }
}

quantities with_defaults(quantities asked, const request_options& o) {
  if (o.default_cpu) asked.try_emplace("cpu", k8s::quantity::from_milli(default_milli_cpu));
  if (o.default_memory) asked.try_emplace("memory", k8s::quantity::from_value(default_memory_bytes));
  return asked;
}

/// Containers and sidecars run together; each init container runs beside the sidecars before it. Upstream:
/// aggregateContainerResourcesByFn.
template <class OfContainer>
quantities sum_of_containers(const k8s::pod_spec& spec, const request_options& o, OfContainer&& of_container) {
  quantities sum, sidecars, start;
  for (const k8s::container& c : spec.containers) add(sum, with_defaults(as_map(of_container(c)), o));
  for (const k8s::container& c : spec.init_containers) {
    quantities own = with_defaults(as_map(of_container(c)), o);
    if (c.sidecar) {
      add(sum, own);
      add(sidecars, own);
      own = sidecars;
    } else {
      add(own, sidecars);
    }
    raise(start, own);
  }
  raise(sum, start);
  return sum;
}

const k8s::container_status_resources* status_of(const k8s::pod& pod, const std::string& container) {
  for (const k8s::container_status_resources& s : pod.status_resources)
    if (s.name == container) return &s;
  return nullptr;
}

/// Upstream: AggregateContainerRequests.
quantities of_containers(const k8s::pod& pod, const request_options& o) {
  const k8s::pod_spec& spec = *pod.spec;
  const quantities by_spec =
      sum_of_containers(spec, o, [](const k8s::container& c) -> const k8s::resource_list& { return c.requests; });
  if (!o.by_status || !pod.reports_resources()) return by_spec;
  quantities most;
  if (const auto& whole = pod.pod_level_status; whole && whole->allocated && whole->actual) {
    most = as_map(*whole->allocated);
    raise(most, as_map(*whole->actual));
  } else {
    most = sum_of_containers(spec, o, [&](const k8s::container& c) -> const k8s::resource_list& {
      const auto* s = status_of(pod, c.name);
      return s == nullptr ? c.requests : s->allocated;
    });
    raise(most, sum_of_containers(spec, o, [&](const k8s::container& c) -> const k8s::resource_list& {
            const auto* s = status_of(pod, c.name);
            return s == nullptr ? c.requests : s->actual;
          }));
  }
  if (!pod.resize_infeasible) raise(most, by_spec);
  return most;
}

bool is_pod_level(const std::string& resource) {
  return resource == "cpu" || resource == "memory" || resource.starts_with("hugepages-");
}

bool asks_as_a_whole(const k8s::pod_spec& spec) {
  return std::any_of(spec.pod_requests.begin(), spec.pod_requests.end(),
                     [](const auto& entry) { return is_pod_level(entry.first); });
}

/// Upstream: effectivePodLevelResources.
quantities of_pod_as_a_whole(const k8s::pod& pod, bool by_status) {
  quantities asked = as_map(pod.spec->pod_requests);
  if (!by_status || !pod.pod_level_status) return asked;
  if (pod.resize_infeasible) asked.clear();
  for (const auto* list : {&pod.pod_level_status->actual, &pod.pod_level_status->allocated})
    if (*list) raise(asked, as_map(**list));
  return asked;
}

/// Upstream: PodRequests.
quantities all_requests(const k8s::pod& pod, const request_options& o) {
  quantities all = of_containers(pod, o);
  if (o.pod_level && asks_as_a_whole(*pod.spec))
    for (const auto& [name, amount] : of_pod_as_a_whole(pod, o.by_status))
      if (is_pod_level(name)) all[name] = amount;
  add(all, as_map(pod.spec->overhead));
  return all;
}

/// Upstream: Resource.Add.
amounts whole_numbers(const quantities& from) {
  amounts numbers;
  for (const auto& [name, amount] : from) {
    if (name == "cpu")
      numbers[name] = amount.milli_value();
    else if (name == "memory" || name == "ephemeral-storage" || name == "pods" || is_scalar(name))
      numbers[name] = amount.value();
  }
  return numbers;
}

bool is_prefixed_native(std::string_view name) { return name.find("kubernetes.io/") != name.npos; }

}  // namespace

std::int64_t amount_of(const amounts& from, const std::string& resource) {
  const auto there = from.find(resource);
  return there == from.end() ? 0 : there->second;
}

bool is_extended(std::string_view name) {
  return name.find('/') != name.npos && !is_prefixed_native(name) && !name.starts_with("requests.");
}

bool is_scalar(std::string_view name) {
  return is_extended(name) || is_prefixed_native(name) || name.starts_with("hugepages-") ||
         name.starts_with("attachable-volumes-");
}

amounts requests_of(const k8s::pod& pod, const request_options& options) {
  amounts asked = whole_numbers(all_requests(pod, options));
  asked.erase("pods");
  return asked;
}

amounts requested_on(const node_state& node) {
  amounts sum;
  for (const k8s::pod_ptr& pod : node.pods)
    for (const auto& [name, amount] : requests_of(*pod, {.by_status = true})) sum[name] += amount;
  return sum;
}

amounts non_zero_requested_on(const node_state& node) {
  amounts sum;
  for (const k8s::pod_ptr& pod : node.pods) {
    // A pod that asks as a whole gets the default only for what it names nowhere.
    const amounts named = requests_of(*pod, {.by_status = true});
    const bool whole = asks_as_a_whole(*pod->spec);
    const amounts counted = requests_of(*pod, {.by_status = true,
                                               .default_cpu = !whole || !named.contains("cpu"),
                                               .default_memory = !whole || !named.contains("memory")});
    for (const auto& [name, amount] : counted) sum[name] += amount;
  }
  return sum;
}

amounts allocatable_of(const k8s::node& node) { return whole_numbers(as_map(node.allocatable)); }

}  // namespace berth::reference
