#include "scoring/plugins/resource_scores.hpp"

#include <limits>

namespace berth::scoring {

std::vector<weighted_resource> read_resources(arguments& args, std::string_view field, std::int64_t max_weight) {
  std::vector<weighted_resource> out;
  for (arguments& one : args.list(field)) {
    weighted_resource r;
    r.name = one.text_or("name", "");
    if (r.name.empty()) one.fail("name", "is required");
    r.weight = one.integer_or("weight", 1, 0, max_weight);
    if (r.weight == 0) r.weight = 1;
    one.finish();
    out.push_back(std::move(r));
  }
  if (out.empty()) out = {{"cpu", 1}, {"memory", 1}};
  return out;
}

namespace {

// Without what the pod asks for as a whole: see demand::scored_cpu. Huge pages alone can be asked for so.
std::int64_t by_containers(const k8s::pod_spec& spec, const std::string& resource) {
  k8s::pod_spec bare = spec;
  bare.pod_requests = {};
  resource_names names;
  const demand d = demand_of(bare, names);
  const resource_id* id = names.find(resource);
  return id == nullptr ? 0 : d.of(*id);
}

}  // namespace

std::vector<considered_resource> consider(const std::vector<weighted_resource>& resources, const pod_info& pod,
                                          const cluster& nodes, amounts which) {
  std::vector<considered_resource> out;
  for (const weighted_resource& r : resources) {
    const resource_id* id = nodes.resources().find(r.name);
    if (id == nullptr) continue;
    considered_resource c{r.weight, nodes.allocatable(*id), nodes.requested(*id), pod.requests->of(*id)};
    if (which == amounts::at_least_some && *id >= first_scalar && pod.spec().pod_requests.find(r.name) != nullptr)
      c.of_pod = by_containers(pod.spec(), r.name);
    if (c.allocatable.empty() || (*id >= first_scalar && c.of_pod == 0)) continue;
    if (which == amounts::at_least_some && *id == cpu) {
      c.requested = nodes.non_zero_cpu();
      c.of_pod = pod.requests->scored_cpu;
    }
    if (which == amounts::at_least_some && *id == memory) {
      c.requested = nodes.non_zero_memory();
      c.of_pod = pod.requests->scored_memory;
    }
    out.push_back(c);
  }
  return out;
}

}  // namespace berth::scoring
