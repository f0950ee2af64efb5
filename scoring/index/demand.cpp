#include "scoring/resources.hpp"

#include <algorithm>

/// Upstream: component-helpers/resource/helpers.go.
namespace berth::scoring {

namespace {

using k8s::container;
using k8s::quantity;
using k8s::resource_list;

// Sums and maxima by name. A handful of names, so a plain list.
class tally {
 public:
  void add(const resource_list& amounts) {
    for (const auto& [name, amount] : amounts) at(name) += amount;
  }
  void add(const tally& other) {
    for (const auto& [name, amount] : other.entries_) at(name) += amount;
  }
  void add(std::string_view name, const quantity& amount) { at(name) += amount; }
  void raise_to(const tally& other) {
    for (const auto& [name, amount] : other.entries_) {
      quantity& here = at(name);
      here = std::max(here, amount);
    }
  }
  void set(std::string_view name, const quantity& amount) { at(name) = amount; }

  const quantity* find(std::string_view name) const {
    for (const auto& e : entries_)
      if (e.first == name) return &e.second;
    return nullptr;
  }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  quantity& at(std::string_view name) {
    for (auto& e : entries_)
      if (e.first == name) return e.second;
    return entries_.emplace_back(name, quantity{}).second;
  }
  std::vector<std::pair<std::string_view, quantity>> entries_;  // names live in the pod
};

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

// Containers and sidecars together, or the largest moment of the start: an init container beside the sidecars before
// it.
template <class RequestsOf>
tally of_containers(const k8s::pod_spec& spec, defaults d, RequestsOf&& requests_of) {
  tally sum;
  for (const container& c : spec.containers) sum.add(with_defaults(requests_of(c), d));
  tally sidecars;
  tally start;
  for (const container& c : spec.init_containers) {
    tally now = with_defaults(requests_of(c), d);
    if (c.sidecar) {
      sum.add(now);
      sidecars.add(now);
      start.raise_to(sidecars);
    } else {
      now.add(sidecars);
      start.raise_to(now);
    }
  }
  sum.raise_to(start);
  return sum;
}

tally by_spec(const k8s::pod_spec& spec, defaults d) {
  return of_containers(spec, d, [](const container& c) -> const resource_list& { return c.requests; });
}

// A container whose status says nothing is as its spec says.
tally by_status(const k8s::pod& pod, defaults d) {
  const auto status_of = [&](const container& c) {
    const auto there = std::find_if(pod.status_resources.begin(), pod.status_resources.end(),
                                    [&](const auto& s) { return s.name == c.name; });
    return there == pod.status_resources.end() ? nullptr : &*there;
  };
  const auto allocated = [&](const container& c) -> const resource_list& {
    const auto* s = status_of(c);
    return s != nullptr && !s->allocated.empty() ? s->allocated : c.requests;
  };
  const auto actual = [&](const container& c) -> const resource_list& {
    const auto* s = status_of(c);
    return s != nullptr && !s->actual.empty() ? s->actual : allocated(c);
  };
  tally larger = of_containers(*pod.spec, d, actual);
  larger.raise_to(of_containers(*pod.spec, d, allocated));
  if (!pod.resize_infeasible) larger.raise_to(by_spec(*pod.spec, d));
  return larger;
}

bool is_pod_level(std::string_view name) { return name == "cpu" || name == "memory" || name.starts_with("hugepages-"); }

void add_pod_level(tally& t, const k8s::pod_spec& spec) {
  for (const auto& [name, amount] : spec.pod_requests)
    if (is_pod_level(name)) t.set(name, amount);
  t.add(spec.overhead);
}

std::int64_t milli_of(const tally& t) {
  const quantity* q = t.find("cpu");
  return q == nullptr ? 0 : q->milli_value();
}

std::int64_t bytes_of(const tally& t) {
  const quantity* q = t.find("memory");
  return q == nullptr ? 0 : q->value();
}

void add_amount(demand& d, std::string_view name, const quantity& q, resource_names& names) {
  if (name == "pods") return;
  const bool fixed = name == "memory" || name == "ephemeral-storage";
  const std::int64_t amount = name == "cpu" ? q.milli_value() : q.value();
  if (amount == 0 || (!fixed && name != "cpu" && !is_scalar_resource(name))) return;
  resource_id id = 0;
  if (names.intern(name, id))
    d.amounts.emplace_back(id, amount);
  else
    d.unnumbered.emplace_back(name, amount);
}

template <class Containers>
demand demand_from(const k8s::pod_spec& spec, resource_names& names, Containers&& containers) {
  const auto all = [&](defaults d) {
    tally t = containers(d);
    add_pod_level(t, spec);
    return t;
  };
  const tally asked = all({});
  demand d;
  for (const auto& [name, amount] : asked) add_amount(d, name, amount, names);
  std::sort(d.amounts.begin(), d.amounts.end());
  std::sort(d.unnumbered.begin(), d.unnumbered.end());

  tally scored = containers({true, true});
  scored.add(spec.overhead);
  d.scored_cpu = milli_of(scored);
  d.scored_memory = bytes_of(scored);
  const bool pod_level = std::any_of(spec.pod_requests.begin(), spec.pod_requests.end(),
                                     [](const auto& e) { return is_pod_level(e.first); });
  const tally counted = !pod_level ? scored : all({asked.find("cpu") == nullptr, asked.find("memory") == nullptr});
  d.non_zero_cpu = milli_of(counted);
  d.non_zero_memory = bytes_of(counted);
  return d;
}

}  // namespace

demand demand_of(const k8s::pod_spec& spec, resource_names& names) {
  return demand_from(spec, names, [&](defaults d) { return by_spec(spec, d); });
}

demand demand_of_placed(const k8s::pod& pod, resource_names& names) {
  if (pod.status_resources.empty()) return demand_of(*pod.spec, names);
  return demand_from(*pod.spec, names, [&](defaults d) { return by_status(pod, d); });
}

}  // namespace berth::scoring
