#include "scoring/index/image_pool.hpp"

#include <utility>

namespace berth::scoring {

k8s::node_ptr image_pool::share(k8s::node_ptr node) {
  std::shared_ptr<k8s::node> copy;
  const auto& entries = node->images.entries();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entry shared = one_of(entries[i]);
    if (shared == entries[i]) continue;
    if (!copy) copy = std::make_shared<k8s::node>(*node);
    copy->images.entries()[i] = std::move(shared);
  }
  if (copy) return copy;
  return node;
}

// Of images that have a name and differ, the newest is the one that others are like.
image_pool::entry image_pool::one_of(const entry& image) {
  if (image->names.empty()) return image;
  const auto there = by_name_.find(image->names.front());
  if (there != by_name_.end()) {
    entry known = there->second.lock();
    if (known && *known == *image) return known;
    there->second = image;
    return image;
  }
  if (by_name_.size() >= sweep_at_) {
    std::erase_if(by_name_, [](const auto& e) { return e.second.expired(); });
    sweep_at_ = few + 2 * by_name_.size();
  }
  by_name_.emplace(image->names.front(), image);
  return image;
}

}  // namespace berth::scoring
