#pragma once

#include "k8s/text/value.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A profile as configured: which plugins, where, in which order, with which weights and arguments. Plain data, decoded
/// by controller/configuration; turned into a `profile` by scoring/engine/profile.hpp.
namespace berth::scoring {

enum class extension_point : std::uint8_t {
  pre_enqueue,
  queue_sort,
  pre_filter,
  filter,
  post_filter,
  pre_score,
  score,
  reserve,
  permit,
  pre_bind,
  bind,
  post_bind,
};
inline constexpr std::size_t extension_point_count = 12;

/// The name in a configuration file ("preEnqueue"), and kube-scheduler's in metrics ("PreEnqueue").
std::string_view config_name(extension_point p) noexcept;
std::string_view metric_name(extension_point p) noexcept;

struct plugin_entry {
  std::string name;
  std::int32_t weight = 0;  ///< 0: not given
  std::string path;         ///< of the entry in the file, for error messages
};

struct plugin_set {
  std::vector<plugin_entry> enabled;
  std::vector<plugin_entry> disabled;  ///< "*" drops all defaults
};

struct plugin_arguments {
  std::string name;
  k8s::value args;
  std::string path;  ///< of `args` in the file
};

struct profile_config {
  std::string scheduler_name;
  std::string path = "profiles[0]";
  plugin_set multi_point;
  std::array<plugin_set, extension_point_count> points;
  std::vector<plugin_arguments> arguments;
  std::optional<std::int32_t> percentage_of_nodes_to_score;
};

/// The default plugins under multiPoint, with their weights, in kube-scheduler v1.37's order.
std::vector<plugin_entry> default_plugins();

}  // namespace berth::scoring
