#pragma once

#include "scoring/arguments.hpp"
#include "scoring/plugin.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Plugins by name. A program fills one before it starts: berth's own by `default_registry()`, an out-of-tree one by
/// `add`.
namespace berth::scoring {

/// What a plugin's maker may look at beside its arguments. Outlives the plugin.
struct plugin_context {
  std::string scheduler_name;  ///< of the profile
};

/// Reads the arguments (and calls finish()); throws configuration_error.
using plugin_factory = std::function<std::unique_ptr<plugin>(arguments& args, const plugin_context& context)>;

class registry {
 public:
  /// Throws std::invalid_argument where the name is taken.
  void add(std::string name, plugin_factory make);
  const plugin_factory* find(std::string_view name) const;
  std::vector<std::string> names() const;

 private:
  std::map<std::string, plugin_factory, std::less<>> factories_;
};

/// Every plugin of this repository, and every upstream name (see plugins/not_yet.hpp for those that only know which
/// pods need them).
registry default_registry();

}  // namespace berth::scoring
