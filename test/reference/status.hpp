#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a plugin says, as kube-scheduler's framework.Status has it. A plain value.
namespace berth::reference {

enum class code : std::uint8_t {
  success,
  skip,           ///< of PreFilter or PreScore: the plugin's Filter or Score is not asked
  unschedulable,  ///< refused; evicting pods may help
  unresolvable,   ///< UnschedulableAndUnresolvable: refused, and evicting pods cannot help
  error,
};

/// "UnschedulableAndUnresolvable".
inline std::string_view name_of(code c) {
  constexpr std::string_view names[] = {"Success", "Skip", "Unschedulable", "UnschedulableAndUnresolvable", "Error"};
  return names[static_cast<std::size_t>(c)];
}

struct status {
  code what = code::success;
  std::vector<std::string> reasons{};
  std::string plugin{};  ///< that said so; filled in by the framework

  bool ok() const { return what == code::success; }
  bool rejected() const { return what == code::unschedulable || what == code::unresolvable; }
  std::string message() const {
    std::string text;
    for (const std::string& r : reasons) text += (text.empty() ? "" : ", ") + r;
    return text;
  }
};

inline status skip() { return {code::skip}; }
inline status refuse(std::string reason) { return {code::unschedulable, {std::move(reason)}}; }
inline status refuse_for_good(std::string reason) { return {code::unresolvable, {std::move(reason)}}; }
inline status failed(std::string reason) { return {code::error, {std::move(reason)}}; }

}  // namespace berth::reference
