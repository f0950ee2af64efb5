#pragma once

#include <chrono>
#include <compare>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What every Kubernetes object carries, in the few fields that are read here. Plain values, immutable once decoded.
namespace berth::k8s {

using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Namespace and name. Cluster-scoped objects have an empty namespace.
struct object_key {
  std::string namespace_;
  std::string name;

  auto operator<=>(const object_key&) const = default;

  /// "namespace/name", or "name" where there is no namespace: as log lines and events write it.
  std::string text() const { return namespace_.empty() ? name : namespace_ + "/" + name; }
};

/// Labels, annotations, a node selector: sorted by key, unique, small. A sorted vector takes a fifth of a map's memory
/// and compares in one pass, which interning relies on.
class string_map {
 public:
  using entry = std::pair<std::string, std::string>;

  string_map() = default;
  string_map(std::initializer_list<entry> entries);
  /// Later duplicates win, as in JSON.
  explicit string_map(std::vector<entry> entries);

  /// The value, or nullptr. Valid while the map is.
  const std::string* find(std::string_view key) const noexcept;
  bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
  void set(std::string key, std::string value);
  void erase(std::string_view key);

  bool empty() const noexcept { return entries_.empty(); }
  std::size_t size() const noexcept { return entries_.size(); }
  auto begin() const noexcept { return entries_.begin(); }
  auto end() const noexcept { return entries_.end(); }

  bool operator==(const string_map&) const = default;

 private:
  std::vector<entry> entries_;
};

/// The owner that manages an object (`controller: true`), if any.
struct controller_owner {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;

  bool operator==(const controller_owner&) const = default;
};

}  // namespace berth::k8s
