#pragma once

#include <algorithm>
#include <vector>

/// For the small maps that are kept as sorted vectors (string_map, resource_list). Private to k8s/.
namespace berth::k8s {

/// Sorts pairs by their first; of equal ones the last stays, as in JSON.
template <class Entry>
void sort_by_key(std::vector<Entry>& entries) {
  // The API server sorts the keys of its maps, so this is nearly always all there is to do.
  const auto not_ascending = [](const Entry& a, const Entry& b) { return a.first >= b.first; };
  if (std::adjacent_find(entries.begin(), entries.end(), not_ascending) == entries.end()) return;

  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.first < b.first; });
  auto last = entries.begin();
  for (auto next = last + 1; next != entries.end(); ++next) {
    if (next->first != last->first) ++last;
    if (last != next) *last = std::move(*next);
  }
  entries.erase(last + 1, entries.end());
}

}  // namespace berth::k8s
