#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

/// A hash map by name that is asked with string_views, without making strings of them.
namespace berth::scoring {

struct name_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>{}(s); }
};

/// References to keys and values stay good while the entry does.
template <class T>
using name_map = std::unordered_map<std::string, T, name_hash, std::equal_to<>>;

}  // namespace berth::scoring
