#include "test/reference/amounts.hpp"
#include "test/reference/arguments.hpp"
#include "test/reference/plugins.hpp"

#include <algorithm>
#include <cmath>

/// NodeResourcesFit: what a pod asks for must be free on the node; and nodes are scored by how much of some resources
/// is used once the pod is there: the least (LeastAllocated), the most (MostAllocated), or by a function of it
/// (RequestedToCapacityRatio).
namespace berth::reference {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

class node_resources_fit final : public plugin_base<node_resources_fit> {
 public:
  explicit node_resources_fit(const k8s::value& args)
      : ignored_(texts_in(args, "ignoredResources")), ignored_groups_(texts_in(args, "ignoredResourceGroups")) {
    const k8s::value* strategy = args.find("scoringStrategy");
    const k8s::value none;
    if (strategy == nullptr) strategy = &none;
    type_ = text_in(*strategy, "type", "LeastAllocated");
    resources_ = resources_in(*strategy);
    if (const k8s::value* ratio = strategy->find("requestedToCapacityRatio")) shape_ = shape_in(*ratio);
  }

  status filter(const question& q, const node_state& n) override {
    const amounts free_to = allocatable_of(*n.node);
    const amounts used = requested_on(n);
    status said;
    if (static_cast<std::int64_t>(n.pods.size()) + 1 > amount_of(free_to, "pods")) {
      said.what = code::unschedulable;
      said.reasons.push_back("Too many pods");
    }
    for (const auto& [name, wanted] : requests_of(q.pod, {})) {
      if (wanted == 0 || is_ignored(name)) continue;
      const std::int64_t all = amount_of(free_to, name);
      if (wanted <= all - amount_of(used, name)) continue;
      if (wanted > all)
        said.what = code::unresolvable;
      else if (said.ok())
        said.what = code::unschedulable;
      said.reasons.push_back("Insufficient " + name);
    }
    return said;
  }

  std::int64_t score(const question& q, const node_state& n) override {
    const amounts asked = requests_of(q.pod, {.pod_level = false, .default_cpu = true, .default_memory = true});
    const amounts all = allocatable_of(*n.node);
    const amounts used = requested_on(n);
    const amounts non_zero = non_zero_requested_on(n);
    std::int64_t sum = 0;
    std::int64_t weights = 0;
    for (const auto& [name, weight] : resources_) {
      const std::int64_t wanted = amount_of(asked, name);
      if (wanted == 0 && is_scalar(name)) continue;
      const std::int64_t capacity = amount_of(all, name);
      if (capacity == 0) continue;
      const std::int64_t held = amount_of(name == "cpu" || name == "memory" ? non_zero : used, name);
      const std::int64_t of_resource = score_of(held + wanted, capacity);
      if (type_ == "RequestedToCapacityRatio" && of_resource <= 0) continue;
      sum += of_resource * weight;
      weights += weight;
    }
    if (weights == 0) return 0;
    if (type_ == "RequestedToCapacityRatio")
      return static_cast<std::int64_t>(std::round(static_cast<double>(sum) / static_cast<double>(weights)));
    return sum / weights;
  }

 private:
  bool is_ignored(const std::string& name) const {
    if (!is_extended(name)) return false;
    return contains(ignored_, name) || contains(ignored_groups_, name.substr(0, name.find('/')));
  }

  std::int64_t score_of(std::int64_t requested, std::int64_t capacity) const {
    if (type_ == "MostAllocated") return std::min(requested, capacity) * 100 / capacity;
    if (type_ == "RequestedToCapacityRatio")
      return value_at(shape_, requested > capacity ? 100 : requested * 100 / capacity);
    return requested > capacity ? 0 : (capacity - requested) * 100 / capacity;
  }

  std::vector<std::string> ignored_;
  std::vector<std::string> ignored_groups_;
  std::string type_;
  std::vector<weighed_resource> resources_;
  std::vector<shape_point> shape_;
};

}  // namespace

std::unique_ptr<plugin> make_node_resources_fit(const k8s::value& args) {
  return std::make_unique<node_resources_fit>(args);
}

}  // namespace berth::reference
