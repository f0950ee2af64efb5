#include "k8s/api/resource_sums.hpp"

#include <algorithm>
#include <string>

namespace berth::k8s {

namespace {

constexpr std::size_t a_handful = 16;

}  // namespace

void resource_sums::add(std::string_view name, const quantity& amount) { at(name) += amount; }

void resource_sums::raise(std::string_view name, const quantity& amount) {
  quantity& here = at(name);
  here = std::max(here, amount);
}

void resource_sums::set(std::string_view name, const quantity& amount) { at(name) = amount; }

void resource_sums::take_out(const resource_list& amounts) {
  for (auto& [name, amount] : entries_)
    if (const quantity* less = amounts.find(name)) amount -= *less;
}

const quantity* resource_sums::find(std::string_view name) const {
  const std::size_t i = position(name);
  return i == entries_.size() ? nullptr : &entries_[i].second;
}

resource_list resource_sums::list() const {
  std::vector<resource_list::entry> entries;
  entries.reserve(entries_.size());
  for (const auto& [name, amount] : entries_) entries.emplace_back(name, amount);
  return resource_list(std::move(entries));
}

std::size_t resource_sums::position(std::string_view name) const {
  if (entries_.size() > a_handful) {
    const auto there = index_.find(name);
    return there == index_.end() ? entries_.size() : there->second;
  }
  std::size_t i = 0;
  while (i < entries_.size() && entries_[i].first != name) ++i;
  return i;
}

quantity& resource_sums::at(std::string_view name) {
  const std::size_t i = position(name);
  if (i != entries_.size()) return entries_[i].second;
  entries_.emplace_back(name, quantity{});
  if (entries_.size() == a_handful + 1)
    for (std::size_t k = 0; k < entries_.size(); ++k) index_.emplace(entries_[k].first, k);
  else if (entries_.size() > a_handful)
    index_.emplace(name, i);
  return entries_.back().second;
}

}  // namespace berth::k8s
