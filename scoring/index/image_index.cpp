#include "scoring/index/image_index.hpp"

namespace berth::scoring {

image_index::held image_index::add(node_id n, const k8s::image_list& images) {
  held names;
  for (const k8s::container_image& image : images) {
    for (const std::string& name : image.names) {
      const auto [there, is_new] = by_name_.try_emplace(name);
      image_state& state = there->second;
      if (is_new) state.size_bytes = image.size_bytes;
      if (state.on.contains(n)) continue;
      if (state.on.universe() <= n) state.on.resize(std::size_t{n} + 1);
      state.on.insert(n);
      ++state.nodes;
      names.push_back(&there->first);
    }
  }
  names.shrink_to_fit();
  return names;
}

void image_index::remove(node_id n, const held& images) {
  for (const std::string* name : images) {
    const auto there = by_name_.find(*name);
    there->second.on.erase(n);
    if (--there->second.nodes == 0) by_name_.erase(there);
  }
}

const image_state* image_index::find(std::string_view name) const {
  const auto there = by_name_.find(name);
  return there == by_name_.end() ? nullptr : &there->second;
}

bool image_index::same(const held& a, const k8s::image_list& b) {
  std::size_t i = 0;
  for (const k8s::container_image& image : b)
    for (const std::string& name : image.names)
      if (i >= a.size() || *a[i++] != name) return false;
  return i == a.size();
}

}  // namespace berth::scoring
