#pragma once

#include "scoring/registry.hpp"

#include <memory>
#include <type_traits>

/// Makes a plugin_factory of a plugin's class:
///
///   berth::scoring::registry plugins = berth::scoring::default_registry();
///   plugins.add("RandomNode", berth::scoring::make_plugin<random_node>);
namespace berth::scoring {

/// By whichever constructor it has: Plugin(arguments&, const plugin_context&), Plugin(arguments&) or Plugin(). What
/// that reads of the arguments is what there may be: a field that it did not take is refused.
template <class Plugin>
std::unique_ptr<plugin> make_plugin(arguments& args, const plugin_context& context) {
  static_assert(std::is_convertible_v<Plugin*, plugin*>, "derive publicly from berth::scoring::plugin");
  std::unique_ptr<plugin> made;
  if constexpr (std::is_constructible_v<Plugin, arguments&, const plugin_context&>)
    made = std::make_unique<Plugin>(args, context);
  else if constexpr (std::is_constructible_v<Plugin, arguments&>)
    made = std::make_unique<Plugin>(args);
  else
    made = std::make_unique<Plugin>();
  args.finish();
  return made;
}

}  // namespace berth::scoring
