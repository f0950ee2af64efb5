#include "k8s/api/metadata.hpp"

#include <algorithm>

namespace berth::k8s {

namespace {

bool key_less(const string_map::entry& a, const string_map::entry& b) { return a.first < b.first; }

}  // namespace

string_map::string_map(std::initializer_list<entry> entries) : string_map(std::vector<entry>(entries)) {}

string_map::string_map(std::vector<entry> entries) : entries_(std::move(entries)) {
  // The API server sorts the keys of its maps, so this is nearly always all there is to do.
  const auto not_ascending = [](const entry& a, const entry& b) { return a.first >= b.first; };
  if (std::adjacent_find(entries_.begin(), entries_.end(), not_ascending) == entries_.end()) return;

  std::stable_sort(entries_.begin(), entries_.end(), key_less);
  auto last = entries_.begin();
  for (auto next = last + 1; next != entries_.end(); ++next) {
    if (next->first != last->first) ++last;
    if (last != next) *last = std::move(*next);
  }
  entries_.erase(last + 1, entries_.end());
}

const std::string* string_map::find(std::string_view key) const noexcept {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key,
                                   [](const entry& e, std::string_view k) { return e.first < k; });
  return at != entries_.end() && at->first == key ? &at->second : nullptr;
}

void string_map::set(std::string key, std::string value) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key,
                                   [](const entry& e, const std::string& k) { return e.first < k; });
  if (at != entries_.end() && at->first == key) {
    at->second = std::move(value);
  } else {
    entries_.emplace(at, std::move(key), std::move(value));
  }
}

void string_map::erase(std::string_view key) {
  std::erase_if(entries_, [key](const entry& e) { return e.first == key; });
}

}  // namespace berth::k8s
