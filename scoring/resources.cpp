#include "scoring/resources.hpp"

#include "scoring/arguments.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

constexpr std::array<std::string_view, first_scalar> fixed_names{"cpu", "memory", "ephemeral-storage"};

}  // namespace

std::string_view fixed_resource_name(resource_id r) noexcept { return fixed_names[r]; }

resource_names::resource_names() {
  for (const std::string_view name : fixed_names) {
    ids_.emplace(name, static_cast<resource_id>(names_.size()));
    names_.emplace_back(name);
    users_.push_back(1);
  }
}

bool resource_names::take(std::string_view name, resource_id& id) {
  if (const resource_id* known = find(name)) {
    id = *known;
    ++users_[id];
    return true;
  }
  if (names_.size() < most) {
    id = static_cast<resource_id>(names_.size());
    names_.emplace_back(name);
    users_.push_back(1);
  } else {
    const auto unused = std::find(users_.begin(), users_.end(), std::size_t{0});
    if (unused == users_.end()) return false;
    id = static_cast<resource_id>(unused - users_.begin());
    ids_.erase(names_[id]);
    names_[id] = name;
    *unused = 1;
  }
  ids_.emplace(names_[id], id);
  return true;
}

void resource_names::leave(std::string_view name) { --users_[ids_.find(name)->second]; }

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

std::int64_t demand::of(std::string_view resource) const noexcept {
  for (resource_id r = 0; r < first_scalar; ++r)
    if (resource == fixed_names[r]) return amounts[r];
  const auto there = std::lower_bound(scalars.begin(), scalars.end(), resource,
                                      [](const auto& entry, std::string_view name) { return entry.first < name; });
  return there != scalars.end() && there->first == resource ? there->second : 0;
}

}  // namespace berth::scoring
