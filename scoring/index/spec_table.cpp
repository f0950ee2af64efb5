#include "scoring/index/spec_table.hpp"

#include "scoring/pod_fields.hpp"

#include <algorithm>
#include <utility>

namespace berth::scoring {

spec_table::entry spec_table::intern(std::shared_ptr<const k8s::pod_spec> spec) {
  slot& s = slot_of(spec);
  std::shared_ptr<const demand> requests = s.requests.lock();
  if (requests == nullptr) {
    requests = std::make_shared<const demand>(demand_of(*spec));
    s.requests = requests;
  }
  return {std::move(spec), std::move(requests)};
}

std::shared_ptr<const k8s::pod_spec> spec_table::share(std::shared_ptr<const k8s::pod_spec> spec) {
  slot_of(spec);
  return spec;
}

spec_table::slot& spec_table::slot_of(std::shared_ptr<const k8s::pod_spec>& spec) {
  const std::size_t hash = hash_of(*spec);
  const auto [first, last] = slots_.equal_range(hash);
  for (auto i = first; i != last; ++i) {
    auto there = i->second.spec.lock();
    if (!there || (there != spec && *there != *spec)) continue;
    spec = std::move(there);
    return i->second;
  }
  if (slots_.size() >= sweep_at_) sweep();
  return slots_.emplace(hash, slot{spec, {}})->second;
}

// Whoever made the table twice as long has paid for one look through it.
void spec_table::sweep() {
  std::erase_if(slots_, [](const auto& s) { return s.second.spec.expired(); });
  slots_.rehash(0);
  sweep_at_ = few + 2 * slots_.size();
  sweep_below_ = slots_.size() / 2;
}

void spec_table::pods_left(std::size_t count) {
  if (count >= sweep_below_) return;
  sweep();
  sweep_below_ = std::min(sweep_below_, count / 2);
}

}  // namespace berth::scoring
