#include "scoring/plugins/resource_scores.hpp"

#include "scoring/plugins/load_columns.hpp"
#include "scoring/resource_column.hpp"

#include <algorithm>
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
  return demand_of(bare).of(resource);
}

// Columns of its own for a resource that found no number.
void make_dense(considered_resource& c, const resource_column& of, const cluster& nodes) {
  const std::size_t rows = nodes.universe();
  auto columns = std::make_shared<std::vector<std::int64_t>>(2 * rows, 0);
  nodes.nodes_beyond_columns().for_each([&](node_id n) {
    (*columns)[n] = of.allocatable(n);
    (*columns)[rows + n] = of.requested(n);
  });
  c.allocatable = std::span(*columns).first(rows);
  c.requested = std::span(*columns).last(rows);
  c.own_columns = std::move(columns);
}

}  // namespace

std::vector<considered_resource> consider(const std::vector<weighted_resource>& resources, const pod_info& pod,
                                          const cluster& nodes, amounts which) {
  std::vector<considered_resource> out;
  for (const weighted_resource& r : resources) {
    const resource_column of(r.name, nodes);
    if (of.absent()) continue;
    considered_resource c{r.weight, of.allocatable(), of.requested(), pod.requests->of(r.name)};
    const bool is_cpu = r.name == "cpu", is_memory = r.name == "memory";
    const bool scalar = !is_cpu && !is_memory && r.name != "ephemeral-storage";
    if (which == amounts::at_least_some && scalar && pod.spec().pod_requests.find(r.name) != nullptr)
      c.of_pod = by_containers(pod.spec(), r.name);
    if (scalar && c.of_pod == 0) continue;
    if (of.dense())
      c.number = *nodes.resources().find(r.name);
    else
      make_dense(c, of, nodes);
    if (which == amounts::at_least_some && is_cpu) {
      c.requested = nodes.non_zero_cpu();
      c.of_pod = pod.requests->scored_cpu;
    }
    if (which == amounts::at_least_some && is_memory) {
      c.requested = nodes.non_zero_memory();
      c.of_pod = pod.requests->scored_memory;
    }
    out.push_back(std::move(c));
  }
  return out;
}

bool kept_load::good_for(std::span<const node_id> nodes) const {
  if (used.empty()) return false;
  return !some_odd || std::none_of(nodes.begin(), nodes.end(),
                                   [this](node_id n) { return odd_used->contains(n) || odd_whole->contains(n); });
}

load considered_resource::load_on(std::span<const node_id> nodes, row_block& block, std::size_t first) const {
  return {block.rows(first, doubles.used, nodes), block.rows(first + 1, doubles.whole, nodes),
          block.rows(first + 2, doubles.inverse, nodes), static_cast<double>(of_pod)};
}

void add_doubles(std::vector<considered_resource>& resources, amounts which, const cluster& nodes) {
  const load_columns& kept = nodes.part<load_columns>();
  for (considered_resource& c : resources)
    if (c.number) c.doubles = kept.of(*c.number, which, nodes);
}

}  // namespace berth::scoring
