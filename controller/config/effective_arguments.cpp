#include "controller/config/effective_configuration.hpp"

#include <algorithm>
#include <iterator>

namespace berth::controller {

namespace {

using k8s::value;

constexpr auto api_version = "kubescheduler.config.k8s.io/v1";

value weighed(const char* name) { return value::map{{"name", name}, {"weight", 1}}; }
value cpu_and_memory() { return value::list{weighed("cpu"), weighed("memory")}; }

value point(int utilization, int score) { return value::map{{"score", score}, {"utilization", utilization}}; }

// A weight that is not given, or 0, is 1. No resources are cpu and memory.
void fill_resources(value::map& of) {
  value& all = member(of, "resources");
  if (all.as_list() == nullptr || all.as_list()->empty()) {
    all = cpu_and_memory();
    return;
  }
  value::list filled;
  for (const value& one : *all.as_list()) {
    value::map resource = one.as_map() != nullptr ? *one.as_map() : value::map{};
    const value& weight = member(resource, "weight");
    if (weight.as_int() == nullptr || *weight.as_int() == 0) member(resource, "weight") = value(1);
    filled.push_back(std::move(resource));
  }
  all = std::move(filled);
}

void fill_fit(value::map& args) {
  value& given = member(args, "scoringStrategy");
  value::map strategy = given.as_map() != nullptr ? *given.as_map() : value::map{};
  set_default(strategy, "type", "LeastAllocated");
  fill_resources(strategy);
  member(args, "scoringStrategy") = std::move(strategy);
}

void fill_volume_binding(value::map& args) {
  set_default(args, "bindTimeoutSeconds", 600);
  const value& shape = member(args, "shape");
  if (shape.as_list() == nullptr || shape.as_list()->empty())
    member(args, "shape") = value::list{point(0, 10), point(100, 0)};
}

void fill_default_preemption(value::map& args) {
  set_default(args, "minCandidateNodesAbsolute", 100);
  set_default(args, "minCandidateNodesPercentage", 10);
}

void fill_dynamic_resources(value::map& args) {
  set_default(args, "bindingTimeout", "10m0s");
  set_default(args, "filterTimeout", "10s");
}

void fill_inter_pod_affinity(value::map& args) {
  set_default(args, "hardPodAffinityWeight", 1);
  set_default(args, "ignorePreferredTermsOfExistingPods", false);
}

void fill_topology_spread(value::map& args) { set_default(args, "defaultingType", "System"); }

struct kind_of_arguments {
  std::string_view plugin;
  const char* kind;
  void (*fill)(value::map&);
};
constexpr kind_of_arguments kinds[] = {
    {"DefaultPreemption", "DefaultPreemptionArgs", fill_default_preemption},
    {"DynamicResources", "DynamicResourcesArgs", fill_dynamic_resources},
    {"InterPodAffinity", "InterPodAffinityArgs", fill_inter_pod_affinity},
    {"NodeAffinity", "NodeAffinityArgs", [](value::map&) {}},
    {"NodeResourcesBalancedAllocation", "NodeResourcesBalancedAllocationArgs", fill_resources},
    {"NodeResourcesFit", "NodeResourcesFitArgs", fill_fit},
    {"PodTopologySpread", "PodTopologySpreadArgs", fill_topology_spread},
    {"VolumeBinding", "VolumeBindingArgs", fill_volume_binding},
};

}  // namespace

value& member(value::map& of, std::string_view key) {
  const auto there = std::find_if(of.begin(), of.end(), [&](const value::member& m) { return m.first == key; });
  return there != of.end() ? there->second : of.emplace_back(std::string(key), value()).second;
}

void set_default(value::map& of, std::string_view key, value fallback) {
  value& there = member(of, key);
  if (there.is_null()) there = std::move(fallback);
}

value effective_arguments(std::string_view plugin, const value& given) {
  const auto* kind =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const auto& k) { return k.plugin == plugin; });
  if (kind == std::end(kinds)) return given;
  value::map args = given.as_map() != nullptr ? *given.as_map() : value::map{};
  std::erase_if(args, [](const value::member& m) { return m.second.is_null(); });
  member(args, "apiVersion") = value(api_version);
  member(args, "kind") = value(kind->kind);
  kind->fill(args);
  return args;
}

}  // namespace berth::controller
