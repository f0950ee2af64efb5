#include "k8s/text/value.hpp"

namespace berth::k8s {

const value* value::find(std::string_view key) const noexcept {
  const map* members = as_map();
  if (members == nullptr) return nullptr;
  for (const member& m : *members) {
    if (m.first == key) return &m.second;
  }
  return nullptr;
}

const char* value::kind() const noexcept {
  static constexpr const char* names[] = {"null", "a boolean", "an integer", "a number", "a string", "a list", "a map"};
  return names[data_.index()];
}

}  // namespace berth::k8s
