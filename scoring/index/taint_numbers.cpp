#include "scoring/index/taint_numbers.hpp"
#include "k8s/text/keyed_hash.hpp"

namespace berth::scoring {

namespace {

std::size_t hash_of(const std::vector<k8s::taint>& taints) {
  k8s::keyed_hash h;
  for (const k8s::taint& t : taints) h.add(t.key).add(t.value).add(static_cast<std::uint64_t>(t.effect));
  return h.done();
}

}  // namespace

taint_numbers::id taint_numbers::take(const std::vector<k8s::taint>& taints) {
  if (taints.empty()) return 0;
  const std::size_t hash = hash_of(taints);
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto i = first; i != last; ++i)
    if (lists_[i->second] == taints) {
      ++users_[i->second];
      return i->second;
    }
  id made = 0;
  if (free_.empty()) {
    made = static_cast<id>(lists_.size());
    lists_.emplace_back();
    users_.push_back(0);
  } else {
    made = free_.back();
    free_.pop_back();
  }
  lists_[made] = taints;
  users_[made] = 1;
  by_hash_.emplace(hash, made);
  return made;
}

void taint_numbers::leave(id which) {
  if (which == 0 || --users_[which] != 0) return;
  const auto [first, last] = by_hash_.equal_range(hash_of(lists_[which]));
  for (auto i = first; i != last; ++i)
    if (i->second == which) {
      by_hash_.erase(i);
      break;
    }
  lists_[which] = std::vector<k8s::taint>();  // which gives its memory back
  free_.push_back(which);
}

}  // namespace berth::scoring
