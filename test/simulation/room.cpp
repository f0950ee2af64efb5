#include "test/simulation/room.hpp"

#include <algorithm>

namespace berth::simulation {

namespace {

bool tolerates(const k8s::pod& pod, const k8s::taint& taint) {
  return std::ranges::any_of(pod.spec->tolerations, [&](const k8s::toleration& t) {
    const bool effect = t.effect == k8s::taint_effect::any || t.effect == taint.effect;
    const bool key = t.key.empty() ? t.op == k8s::toleration_operator::exists : t.key == taint.key;
    return effect && key && (t.op == k8s::toleration_operator::exists || t.value == taint.value);
  });
}

std::int64_t milli(const k8s::resource_list& of, const char* resource) {
  const k8s::quantity* amount = of.find(resource);
  return amount == nullptr ? 0 : amount->milli_value();
}

}  // namespace

void held::add(const k8s::pod& pod) {
  for (const k8s::container& c : pod.spec->containers) {
    cpu += milli(c.requests, "cpu");
    memory += milli(c.requests, "memory") / 1000;
  }
  ++pods;
}

bool held::fits_in(const k8s::node& node) const {
  return cpu <= milli(node.allocatable, "cpu") && memory <= milli(node.allocatable, "memory") / 1000 &&
         pods <= milli(node.allocatable, "pods") / 1000;
}

bool may_run_on(const k8s::pod& pod, const k8s::node& node) {
  const k8s::taint cordon{"node.kubernetes.io/unschedulable", "", k8s::taint_effect::no_schedule};
  if (node.unschedulable && !tolerates(pod, cordon)) return false;
  for (const auto& [key, value] : pod.spec->node_selector) {
    const std::string* there = node.labels.find(key);
    if (there == nullptr || *there != value) return false;
  }
  return std::ranges::all_of(node.taints, [&](const k8s::taint& t) {
    return t.effect == k8s::taint_effect::prefer_no_schedule || tolerates(pod, t);
  });
}

}  // namespace berth::simulation
