#include "test/reference/amounts.hpp"
#include "test/reference/arguments.hpp"
#include "test/reference/plugins.hpp"

#include <algorithm>
#include <cmath>

/// NodeResourcesBalancedAllocation: a node is the better, the more evenly its resources are used with the pod than
/// without it.
namespace berth::reference {

namespace {

/// 100 where all are used alike; less by how far they differ.
std::int64_t balance(const std::vector<double>& used) {
  double deviation = 0;
  if (used.size() == 2) {
    deviation = std::abs((used[0] - used[1]) / 2);
  } else if (used.size() > 2) {
    double sum = 0;
    for (const double u : used) sum += u;
    const double mean = sum / static_cast<double>(used.size());
    double squares = 0;
    for (const double u : used) squares = squares + (u - mean) * (u - mean);
    deviation = std::sqrt(squares / static_cast<double>(used.size()));
  }
  return static_cast<std::int64_t>((1 - deviation) * 100);
}

class balanced_allocation final : public plugin_base<balanced_allocation> {
 public:
  explicit balanced_allocation(const k8s::value& args) : resources_(resources_in(args)) {}

  status pre_score(const question& q, const std::vector<const node_state*>&) override {
    const amounts asked = requests_of(q.pod, {.by_status = true});
    for (const weighed_resource& r : resources_)
      if (amount_of(asked, r.name) != 0) return {};
    return skip();
  }

  std::int64_t score(const question& q, const node_state& n) override {
    const amounts asked = requests_of(q.pod, {.by_status = true});
    const amounts all = allocatable_of(*n.node);
    const amounts held = requested_on(n);
    std::vector<double> with, without;
    for (const weighed_resource& r : resources_) {
      const std::int64_t wanted = amount_of(asked, r.name);
      const std::int64_t capacity = amount_of(all, r.name);
      if (capacity == 0 || (wanted == 0 && is_scalar(r.name))) continue;
      const auto share = [&](std::int64_t used) {
        return std::min(static_cast<double>(used) / static_cast<double>(capacity), 1.0);
      };
      with.push_back(share(amount_of(held, r.name) + wanted));
      without.push_back(share(amount_of(held, r.name)));
    }
    return 50 + (50 + balance(with) - balance(without)) / 2;
  }

 private:
  std::vector<weighed_resource> resources_;
};

}  // namespace

std::unique_ptr<plugin> make_balanced_allocation(const k8s::value& args) {
  return std::make_unique<balanced_allocation>(args);
}

}  // namespace berth::reference
