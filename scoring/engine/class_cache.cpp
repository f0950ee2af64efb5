#include "scoring/engine/class_cache.hpp"

#include "k8s/api/object_bytes.hpp"
#include "scoring/pod_fields.hpp"

#include <algorithm>

namespace berth::scoring {

pod_class& class_cache::find(const pod_info& pod, const cluster& nodes, changed_nodes& changed) {
  const std::size_t hash = hash_of(*pod.pod, fields_);
  const auto [first, last] = by_hash_.equal_range(hash);
  const auto there =
      std::find_if(first, last, [&](const auto& e) { return equal_in(*e.second->example, *pod.pod, fields_); });
  if (there != last) {
    classes_.splice(classes_.begin(), classes_, there->second);
  } else {
    start_class(nodes);
    classes_.front().example = pod.pod;
    classes_.front().hash = hash;
    by_hash_.emplace(hash, classes_.begin());
    make_room_for_example();
  }

  pod_class& c = classes_.front();
  changed.some.resize(nodes.universe());
  changed.some.clear();
  changed.all = c.fresh || !nodes.changes().for_each_since(c.position, [&](node_id n) { changed.some.insert(n); });
  c.position = nodes.changes().position();
  c.fresh = false;
  return c;
}

void class_cache::unlink_first() {
  const auto [first, last] = by_hash_.equal_range(classes_.front().hash);
  by_hash_.erase(std::find_if(first, last, [&](const auto& e) { return e.second == classes_.begin(); }));
  example_bytes_ -= classes_.front().example_bytes;
  classes_.front().example_bytes = 0;
}

void class_cache::drop_last() {
  unlink_first();
  classes_.pop_front();
}

// A pod of a megabyte keeps a megabyte, and what plugins say of it is as long: few of those are kept.
void class_cache::make_room_for_example() {
  const std::size_t bytes = k8s::bytes_of(*classes_.front().example->spec);
  classes_.front().example_bytes = bytes;
  example_bytes_ += bytes;
  while (example_bytes_ > budget && classes_.size() > 1) {
    const auto oldest = std::prev(classes_.end());
    const auto newest = classes_.begin();
    classes_.splice(newest, classes_, oldest);
    drop_last();
  }
}

// A new class at the front, in the place of the least recently used where there is no room: its columns are the right
// size.
void class_cache::start_class(const cluster& nodes) {
  const std::size_t bytes = budget + budget_per_node * nodes.universe();
  const std::size_t of_one = 4096 + bytes_per_node_ * nodes.universe();
  const std::size_t most = std::max<std::size_t>(1, bytes / of_one);
  while (classes_.size() > most) {
    classes_.splice(classes_.begin(), classes_, std::prev(classes_.end()));
    drop_last();
  }
  if (classes_.size() < most) {
    classes_.emplace_front();
    return;
  }
  classes_.splice(classes_.begin(), classes_, std::prev(classes_.end()));
  unlink_first();
  classes_.front().fresh = true;
}

}  // namespace berth::scoring
