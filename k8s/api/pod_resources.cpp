#include "k8s/api/pod_resources.hpp"

#include "k8s/api/resource_sums.hpp"

namespace berth::k8s {

namespace {

template <class AmountsOf>
resource_sums without_overhead(const pod_spec& spec, AmountsOf&& amounts_of, const resource_list& of_the_pod) {
  resource_sums all = sum_of_containers(spec.containers, spec.init_containers, amounts_of);
  for (const auto& [name, amount] : of_the_pod)
    if (is_pod_level_resource(name)) all.set(name, amount);
  return all;
}

}  // namespace

resource_list requests_of(const pod_spec& spec) {
  const auto of_container = [](const container& c) -> const resource_list& { return c.requests; };
  resource_sums all = without_overhead(spec, of_container, spec.pod_requests);
  all.add(spec.overhead);
  return all.list();
}

resource_list limits_of(const pod_spec& spec) {
  const auto of_container = [](const container& c) -> const resource_list& { return c.limits; };
  resource_sums all = without_overhead(spec, of_container, spec.pod_limits);
  for (const auto& [name, amount] : spec.overhead) {
    const quantity* limit = all.find(name);
    if (limit != nullptr && !limit->is_zero()) all.add(name, amount);
  }
  return all.list();
}

}  // namespace berth::k8s
