#pragma once

#include "scoring/engine/guard.hpp"
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

/// A plugin at one extension point: who it is, what it reads, and how it is called there.
template <class Point>
class at_point {
 public:
  at_point(plugin* one, dependencies read) : self(one), reads(read), call_(dynamic_cast<Point*>(one)) {}

  plugin* self;
  dependencies reads;

  /// Calls the plugin, as `p.ask<&reserve_plugin::reserve>(pod, nodes, cycle, node)`. What it throws is an error that
  /// it answers with: see guard.hpp.
  template <auto Member, class... Args>
  auto ask(Args&&... args) const {
    return guarded([&]() -> decltype(auto) { return (call_->*Member)(std::forward<Args>(args)...); });
  }

 private:
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
  std::vector<at_point<reserve_plugin>> reserve;
  std::vector<at_point<permit_plugin>> permit;
  std::vector<at_point<pre_bind_plugin>> pre_bind;
  std::vector<at_point<bind_plugin>> bind;
  std::vector<at_point<post_bind_plugin>> post_bind;
};

}  // namespace berth::scoring
