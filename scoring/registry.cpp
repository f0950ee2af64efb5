#include "scoring/registry.hpp"

#include <stdexcept>

namespace berth::scoring {

void registry::add(std::string name, plugin_factory make) {
  const auto [entry, is_new] = factories_.try_emplace(std::move(name), std::move(make));
  if (!is_new) throw std::invalid_argument("there are two plugins called " + entry->first);
}

const plugin_factory* registry::find(std::string_view name) const {
  const auto entry = factories_.find(name);
  return entry == factories_.end() ? nullptr : &entry->second;
}

std::vector<std::string> registry::names() const {
  std::vector<std::string> out;
  for (const auto& [name, make] : factories_) out.push_back(name);
  return out;
}

}  // namespace berth::scoring
