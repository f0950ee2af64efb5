#pragma once

#include "scoring/engine/guard.hpp"
#include "scoring/engine/observer.hpp"
#include "scoring/engine/profile_config.hpp"
#include "scoring/plugin.hpp"
#include "scoring/registry.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Which plugins a profile runs at each extension point, in which order: the configuration merged with the defaults.
///
/// Made once, with its profile, and immutable from then on. Upstream: apis/config/v1/default_plugins.go (mergePlugins)
/// and framework/runtime/framework.go (NewFramework, expandMultiPointPlugins, getValidScoreWeights), whose messages
/// these are, with the path of the entry before them.
namespace berth::scoring {

/// Where a member function is called, as observers are told; nothing of those outside of attempts.
template <auto Member>
inline constexpr std::optional<plugin_point> point_of = std::nullopt;
template <>
inline constexpr std::optional<plugin_point> point_of<&pre_filter_plugin::pre_filter> = plugin_point::pre_filter;
template <>
inline constexpr std::optional<plugin_point> point_of<&pre_filter_extensions::add_pod> = plugin_point::add_pod;
template <>
inline constexpr std::optional<plugin_point> point_of<&pre_filter_extensions::remove_pod> = plugin_point::remove_pod;
template <>
inline constexpr std::optional<plugin_point> point_of<&filter_plugin::filter> = plugin_point::filter;
template <>
inline constexpr std::optional<plugin_point> point_of<&post_filter_plugin::post_filter> = plugin_point::post_filter;
template <>
inline constexpr std::optional<plugin_point> point_of<&pre_score_plugin::pre_score> = plugin_point::pre_score;
template <>
inline constexpr std::optional<plugin_point> point_of<&score_plugin::score> = plugin_point::score;
template <>
inline constexpr std::optional<plugin_point> point_of<&score_plugin::score_bytes> = plugin_point::score;
template <>
inline constexpr std::optional<plugin_point> point_of<&score_plugin::normalize> = plugin_point::normalize;
template <>
inline constexpr std::optional<plugin_point> point_of<&reserve_plugin::reserve> = plugin_point::reserve;
template <>
inline constexpr std::optional<plugin_point> point_of<&reserve_plugin::unreserve> = plugin_point::unreserve;
template <>
inline constexpr std::optional<plugin_point> point_of<&permit_plugin::permit> = plugin_point::permit;
template <>
inline constexpr std::optional<plugin_point> point_of<&pre_bind_plugin::pre_bind> = plugin_point::pre_bind;
template <>
inline constexpr std::optional<plugin_point> point_of<&bind_plugin::bind> = plugin_point::bind;
template <>
inline constexpr std::optional<plugin_point> point_of<&post_bind_plugin::post_bind> = plugin_point::post_bind;

/// Who watches the cycle that a plugin is called with; nobody where it is called with none.
template <class... Args>
observer* watcher_among(const Args&... args) noexcept {
  observer* found = nullptr;
  const auto look = [&found](const auto& arg) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(arg)>, cycle_state>) found = arg.watcher();
  };
  (look(args), ...);
  return found;
}

inline code code_of(const status& answer) noexcept { return answer.what; }
template <class Answer>
code code_of(const Answer& answer) noexcept {
  return answer.what.what;
}

/// A plugin at one extension point: who it is, what it reads, and how it is called there.
template <class Point>
class at_point {
 public:
  /// `number` is the plugin's among those of the lineup.
  at_point(plugin* one, dependencies read, std::size_t number)
      : self(one), reads(read), number_(number), call_(dynamic_cast<Point*>(one)) {}

  plugin* self;
  dependencies reads;

  /// Calls the plugin, as `p.ask<&reserve_plugin::reserve>(pod, nodes, cycle, node)`. What it throws is an error that
  /// it answers with: see guard.hpp. The cycle's observer is told.
  template <auto Member, class... Args>
  auto ask(Args&&... args) const {
    const auto call = [&] {
      return guarded([&]() -> decltype(auto) { return (call_->*Member)(std::forward<Args>(args)...); });
    };
    if constexpr (point_of<Member>.has_value()) {
      observer* const by = watcher_among(args...);
      if (by == nullptr) return call();
      if (by->times_plugins()) by->plugin_begins();
      auto answer = call();
      by->plugin_ended({*point_of<Member>, number_, self}, code_of(answer));
      return answer;
    } else {
      return call();
    }
  }

 private:
  std::size_t number_;
  Point* call_;
};

struct lineup {
  /// Throws configuration_error.
  lineup(const profile_config& config, const registry& plugins);

  const std::vector<plugin*>& order_at(extension_point p) const { return order[static_cast<std::size_t>(p)]; }
  plugin_context context;  ///< outlives the plugins
  std::vector<std::unique_ptr<plugin>> plugins;
  std::vector<std::vector<event_interest>> events_to_register;  ///< by position in `plugins`
  std::array<std::vector<plugin*>, extension_point_count> order;

  std::vector<at_point<pre_enqueue_plugin>> pre_enqueue;
  std::vector<at_point<queue_sort_plugin>> queue_sort;
  std::vector<at_point<pre_filter_plugin>> pre_filter;
  std::vector<at_point<pre_filter_extensions>> extensions;  ///< of those of `pre_filter` and `filter` that have them
  std::vector<at_point<filter_plugin>> filter;
  std::vector<at_point<post_filter_plugin>> post_filter;
  std::vector<at_point<pre_score_plugin>> pre_score;
  std::vector<at_point<score_plugin>> score;
  std::vector<std::int64_t> weights;  ///< of `score`
  std::vector<scaling> scalings;      ///< of `score`
  std::vector<bool> in_bytes;         ///< of `score`: whether it says so, and does not scale
  std::vector<at_point<reserve_plugin>> reserve;
  std::vector<at_point<permit_plugin>> permit;
  std::vector<at_point<pre_bind_plugin>> pre_bind;
  std::vector<at_point<bind_plugin>> bind;
  std::vector<at_point<post_bind_plugin>> post_bind;
};

}  // namespace berth::scoring
