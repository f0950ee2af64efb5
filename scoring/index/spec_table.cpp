#include "scoring/index/spec_table.hpp"

#include "scoring/pod_fields.hpp"

namespace berth::scoring {

spec_table::entry spec_table::intern(std::shared_ptr<const k8s::pod_spec> spec, resource_names& names) {
  const std::size_t hash = hash_of(*spec);
  const auto [first, last] = slots_.equal_range(hash);
  for (auto i = first; i != last; ++i)
    if (auto there = i->second.spec.lock(); there && (there == spec || *there == *spec))
      return {there, i->second.requests};

  count();
  auto requests = std::make_shared<const demand>(demand_of(*spec, names));
  slots_.emplace(hash, slot{spec, requests});
  return {std::move(spec), std::move(requests)};
}

// Looks through the table once in as many steps as it is long.
void spec_table::count() {
  constexpr std::size_t seldom = 64;
  if (++since_sweep_ < seldom + slots_.size()) return;
  std::erase_if(slots_, [](const auto& s) { return s.second.spec.expired(); });
  since_sweep_ = 0;
}

}  // namespace berth::scoring
