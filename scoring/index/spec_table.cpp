#include "scoring/index/spec_table.hpp"

#include "scoring/pod_fields.hpp"

namespace berth::scoring {

spec_table::entry spec_table::intern(std::shared_ptr<const k8s::pod_spec> spec) {
  const std::size_t hash = hash_of(*spec);
  const auto [first, last] = slots_.equal_range(hash);
  for (auto i = first; i != last; ++i) {
    auto there = i->second.spec.lock();
    if (!there || (there != spec && *there != *spec)) continue;
    std::shared_ptr<const demand> requests = i->second.requests.lock();
    if (requests == nullptr) {
      requests = std::make_shared<const demand>(demand_of(*there));
      i->second.requests = requests;
    }
    return {std::move(there), std::move(requests)};
  }

  if (slots_.size() >= sweep_at_) sweep();
  auto requests = std::make_shared<const demand>(demand_of(*spec));
  slots_.emplace(hash, slot{spec, requests});
  return {std::move(spec), std::move(requests)};
}

// Whoever made the table twice as long has paid for one look through it.
void spec_table::sweep() {
  std::erase_if(slots_, [](const auto& s) { return s.second.spec.expired(); });
  sweep_at_ = few + 2 * slots_.size();
}

}  // namespace berth::scoring
