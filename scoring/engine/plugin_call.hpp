#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// One call of one plugin, for those who count and time them.
namespace berth::scoring {

class plugin;

/// Where a plugin is called in the course of an attempt, or after it.
enum class plugin_point : std::uint8_t {
  pre_filter,
  add_pod,     ///< of pre_filter_extensions
  remove_pod,  ///< of pre_filter_extensions
  filter,
  post_filter,
  pre_score,
  score,
  normalize,
  reserve,
  unreserve,
  permit,
  pre_bind,
  bind,
  post_bind,
  queueing_hint,  ///< success: the event may help the pod that the plugin refused; skip: it cannot
};
inline constexpr std::size_t plugin_point_count = 15;

/// "PreFilter", "ScoreExtensionNormalize": as metrics have it.
std::string_view name_of(plugin_point p) noexcept;

struct plugin_call {
  plugin_point point;
  std::size_t number;  ///< of the plugin among those of its profile
  const plugin* who;
};

}  // namespace berth::scoring
