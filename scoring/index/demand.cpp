#include "scoring/resources.hpp"

#include "k8s/api/pod_resources.hpp"
#include "k8s/api/resource_sums.hpp"
#include "k8s/text/keyed_hash.hpp"
#include "scoring/index/pod_amounts.hpp"

#include <algorithm>
#include <string_view>

/// Upstream: component-helpers/resource/helpers.go.
namespace berth::scoring {

namespace {

using k8s::container;
using k8s::quantity;
using k8s::resource_list;
using tally = k8s::resource_sums;

// What a container that names no cpu (no memory) counts instead; an explicit zero stays.
struct defaults {
  bool cpu = false;
  bool memory = false;
};

tally with_defaults(const resource_list& amounts, defaults d) {
  tally t;
  t.add(amounts);
  if (d.cpu && amounts.find("cpu") == nullptr) t.add("cpu", quantity::from_milli(default_cpu_request));
  if (d.memory && amounts.find("memory") == nullptr) t.add("memory", quantity::from_value(default_memory_request));
  return t;
}

template <class RequestsOf>
tally of_containers(const k8s::pod_spec& spec, defaults d, RequestsOf&& requests_of) {
  return k8s::sum_of_containers(spec.containers, spec.init_containers,
                                [&](const container& c) { return with_defaults(requests_of(c), d); });
}

tally by_spec(const k8s::pod_spec& spec, defaults d) {
  return of_containers(spec, d, [](const container& c) -> const resource_list& { return c.requests; });
}

// A container that is not listed is as its spec says: decoding has put in the stand-ins for what is absent.
tally by_container_status(const k8s::pod& pod, defaults d) {
  k8s::view_map<const k8s::container_status_resources*> statuses;
  for (const auto& status : pod.status_resources) statuses.emplace(status.name, &status);
  const auto status_of = [&](const container& c) {
    const auto there = statuses.find(c.name);
    return there == statuses.end() ? nullptr : there->second;
  };
  tally larger = of_containers(*pod.spec, d, [&](const container& c) -> const resource_list& {
    const auto* s = status_of(c);
    return s != nullptr ? s->actual : c.requests;
  });
  larger.raise_to(of_containers(*pod.spec, d, [&](const container& c) -> const resource_list& {
    const auto* s = status_of(c);
    return s != nullptr ? s->allocated : c.requests;
  }));
  return larger;
}

// The larger of what status says of the pod as a whole, by resource. Kubelets have the overhead in it, and it comes on
// top of everything later on: so it is taken out here. (Upstream counts it twice: kubernetes/kubernetes#139627.)
tally of_pod_level_status(const k8s::pod& pod) {
  tally larger;
  for (const auto* list : {&pod.pod_level_status->allocated, &pod.pod_level_status->actual}) {
    if (!*list) continue;
    tally one;
    one.add(**list);
    one.take_out(pod.spec->overhead);
    larger.raise_to(one);
  }
  return larger;
}

// What the containers hold. What status says of the pod as a whole stands for its containers where it is complete.
tally by_status(const k8s::pod& pod, defaults d) {
  const bool as_a_whole = pod.pod_level_status && pod.pod_level_status->allocated && pod.pod_level_status->actual;
  tally larger = as_a_whole ? of_pod_level_status(pod) : by_container_status(pod, d);
  if (!pod.resize_infeasible) larger.raise_to(by_spec(*pod.spec, d));
  return larger;
}

bool asks_as_a_whole(const k8s::pod_spec& spec) {
  return std::any_of(spec.pod_requests.begin(), spec.pod_requests.end(),
                     [](const auto& e) { return k8s::is_pod_level_resource(e.first); });
}

// What a pod-level request stands at.
tally pod_level_of_spec(const k8s::pod_spec& spec) {
  tally t;
  t.add(spec.pod_requests);
  return t;
}

tally pod_level_by_status(const k8s::pod& pod) {
  if (!pod.pod_level_status) return pod_level_of_spec(*pod.spec);
  tally larger = of_pod_level_status(pod);
  if (!pod.resize_infeasible) larger.raise_to(pod_level_of_spec(*pod.spec));
  return larger;
}

std::int64_t milli_of(const tally& t) {
  const quantity* q = t.find("cpu");
  return q == nullptr ? 0 : q->milli_value();
}

std::int64_t bytes_of(const tally& t) {
  const quantity* q = t.find("memory");
  return q == nullptr ? 0 : q->value();
}

void add_amount(demand& d, std::string_view name, const quantity& q) {
  if (name == "pods") return;
  for (resource_id r = 0; r < first_scalar; ++r)
    if (name == fixed_resource_name(r)) {
      d.amounts[r] = r == cpu ? q.milli_value() : q.value();
      return;
    }
  const std::int64_t amount = q.value();
  if (amount != 0 && is_scalar_resource(name)) d.scalars.emplace_back(name, amount);
}

// Where the pod asks as a whole, `pod_level` replaces what its containers hold together.
tally with_pod_level(tally of_containers, const k8s::pod_spec& spec, const tally& pod_level) {
  if (asks_as_a_whole(spec))
    for (const auto& [name, amount] : pod_level)
      if (k8s::is_pod_level_resource(name)) of_containers.set(name, amount);
  of_containers.add(spec.overhead);
  return of_containers;
}

// `of_containers(defaults)` is what they hold together.
template <class Containers>
demand demand_from(const k8s::pod_spec& spec, Containers&& of_containers, const tally& pod_level) {
  const bool as_a_whole = asks_as_a_whole(spec);
  const auto all = [&](defaults d) { return with_pod_level(of_containers(d), spec, pod_level); };
  const tally asked = all({});
  demand d;
  for (const auto& [name, amount] : asked) add_amount(d, name, amount);
  std::sort(d.scalars.begin(), d.scalars.end());

  tally scored = of_containers({true, true});
  scored.add(spec.overhead);
  d.scored_cpu = milli_of(scored);
  d.scored_memory = bytes_of(scored);
  const tally counted = !as_a_whole ? scored : all({asked.find("cpu") == nullptr, asked.find("memory") == nullptr});
  d.non_zero_cpu = milli_of(counted);
  d.non_zero_memory = bytes_of(counted);
  return d;
}

}  // namespace

demand demand_of(const k8s::pod_spec& spec) {
  return demand_from(
      spec, [&](defaults d) { return by_spec(spec, d); }, pod_level_of_spec(spec));
}

demand demand_of_placed(const k8s::pod& pod) {
  if (!pod.reports_resources()) return demand_of(*pod.spec);
  return demand_from(
      *pod.spec, [&](defaults d) { return by_status(pod, d); }, pod_level_by_status(pod));
}

resource_list amounts_of(const k8s::pod& pod) {
  if (!pod.reports_resources())
    return with_pod_level(by_spec(*pod.spec, {}), *pod.spec, pod_level_of_spec(*pod.spec)).list();
  return with_pod_level(by_status(pod, {}), *pod.spec, pod_level_by_status(pod)).list();
}

}  // namespace berth::scoring
