#pragma once

#include "scoring/engine/profile_config.hpp"
#include "scoring/plugin.hpp"
#include "scoring/registry.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Which plugins a profile runs at each extension point, in which order: the configuration merged with the defaults.
///
/// Made once, with its profile, and immutable from then on. Upstream: apis/config/v1/default_plugins.go (mergePlugins)
/// and framework/runtime/framework.go (NewFramework, expandMultiPointPlugins, getValidScoreWeights), whose messages
/// these are, with the path of the entry before them.
namespace berth::scoring {

/// A plugin at one extension point: who it is, and how it is called there.
template <class Point>
struct at_point {
  plugin* self;
  Point* call;
};

struct lineup {
  /// Throws configuration_error.
  lineup(const profile_config& config, const registry& plugins);

  const std::vector<plugin*>& order_at(extension_point p) const { return order[static_cast<std::size_t>(p)]; }
  /// Nullptr where the profile does not use it.
  plugin* find(std::string_view name) const;

  plugin_context context;  ///< outlives the plugins
  std::vector<std::unique_ptr<plugin>> plugins;
  std::array<std::vector<plugin*>, extension_point_count> order;

  std::vector<at_point<pre_enqueue_plugin>> pre_enqueue;
  std::vector<at_point<queue_sort_plugin>> queue_sort;
  std::vector<at_point<pre_filter_plugin>> pre_filter;
  std::vector<at_point<filter_plugin>> filter;
  std::vector<at_point<post_filter_plugin>> post_filter;
  std::vector<at_point<pre_score_plugin>> pre_score;
  std::vector<at_point<score_plugin>> score;
  std::vector<std::int64_t> weights;  ///< of `score`
  std::vector<at_point<reserve_plugin>> reserve;
  std::vector<at_point<permit_plugin>> permit;
  std::vector<at_point<pre_bind_plugin>> pre_bind;
  std::vector<at_point<bind_plugin>> bind;
  std::vector<at_point<post_bind_plugin>> post_bind;
};

}  // namespace berth::scoring
