#include "k8s/api/metadata.hpp"

#include "k8s/text/sort_by_key.hpp"

#include <algorithm>

namespace berth::k8s {

string_map::string_map(std::initializer_list<entry> entries) : string_map(std::vector<entry>(entries)) {}

string_map::string_map(std::vector<entry> entries) : entries_(std::move(entries)) { sort_by_key(entries_); }

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
