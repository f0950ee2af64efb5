#include "scoring/resources.hpp"

#include "scoring/arguments.hpp"

namespace berth::scoring {

resource_names::resource_names() {
  for (const char* name : {"cpu", "memory", "ephemeral-storage"}) {
    ids_.emplace(name, static_cast<resource_id>(names_.size()));
    names_.emplace_back(name);
  }
}

bool resource_names::intern(std::string_view name, resource_id& id, std::size_t limit) {
  if (const resource_id* known = find(name)) {
    id = *known;
    return true;
  }
  if (names_.size() >= limit) return false;
  id = static_cast<resource_id>(names_.size());
  names_.emplace_back(name);
  ids_.emplace(names_.back(), id);
  return true;
}

const resource_id* resource_names::find(std::string_view name) const {
  const auto there = ids_.find(name);
  return there == ids_.end() ? nullptr : &there->second;
}

bool is_scalar_resource(std::string_view name) {
  if (name.starts_with("hugepages-") || name.starts_with("attachable-volumes-")) return true;
  if (name.find("kubernetes.io/") != name.npos) return true;
  const bool native = name.find('/') == name.npos;
  return !native && !name.starts_with("requests.") && is_qualified_name("requests." + std::string(name));
}

std::int64_t amount_in(const k8s::resource_list& amounts, std::string_view resource) {
  const k8s::quantity* q = amounts.find(resource);
  if (q == nullptr) return 0;
  return resource == "cpu" ? q->milli_value() : q->value();
}

std::int64_t demand::of(resource_id r) const noexcept {
  for (const auto& [id, amount] : amounts)
    if (id == r) return amount;
  return 0;
}

}  // namespace berth::scoring
