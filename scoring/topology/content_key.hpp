#pragma once

#include "k8s/api/selector.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A text that is equal for equal content and for nothing else: what tallies and scopes are found by. Each part is
/// written with its length, so that no two lists of parts run into one another.
namespace berth::scoring {

class content_key {
 public:
  content_key& add(std::uint64_t number) {
    text_ += std::to_string(number);
    text_ += ';';
    return *this;
  }
  content_key& add(std::string_view part) {
    add(part.size());
    text_ += part;
    return *this;
  }
  content_key& add(const std::string& part) { return add(std::string_view(part)); }
  content_key& add(const char* part) { return add(std::string_view(part)); }
  content_key& add(const k8s::string_map& map);
  content_key& add(const k8s::selector_requirement& r);
  content_key& add(const k8s::label_selector& s);
  content_key& add(const k8s::node_selector& s);
  template <class T>
  content_key& add(const std::vector<T>& list) {
    add(list.size());
    for (const T& one : list) add(one);
    return *this;
  }
  template <class T>
  content_key& add(const std::optional<T>& maybe) {
    add(std::uint64_t{maybe ? 1u : 0u});
    if (maybe) add(*maybe);
    return *this;
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

inline content_key& content_key::add(const k8s::string_map& map) {
  add(map.size());
  for (const auto& [key, value] : map) add(key).add(value);
  return *this;
}

inline content_key& content_key::add(const k8s::selector_requirement& r) {
  return add(r.key).add(static_cast<std::uint64_t>(r.op)).add(r.values);
}

inline content_key& content_key::add(const k8s::label_selector& s) {
  return add(s.match_labels).add(s.match_expressions);
}

inline content_key& content_key::add(const k8s::node_selector& s) {
  add(s.terms.size());
  for (const k8s::node_selector_term& t : s.terms) add(t.match_expressions).add(t.match_fields);
  return *this;
}

}  // namespace berth::scoring
