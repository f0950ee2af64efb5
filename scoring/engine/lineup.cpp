#include "scoring/engine/lineup.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

namespace berth::scoring {

namespace {

using points = std::array<plugin_set, extension_point_count>;
using by_name = std::map<std::string, plugin*, std::less<>>;

// The order in which upstream looks at the points, and so which of several mistakes is reported.
constexpr extension_point reading_order[] = {
    extension_point::pre_filter, extension_point::filter, extension_point::post_filter, extension_point::reserve,
    extension_point::pre_score,  extension_point::score,  extension_point::pre_bind,    extension_point::bind,
    extension_point::post_bind,  extension_point::permit, extension_point::pre_enqueue, extension_point::queue_sort,
};

bool has(const std::vector<plugin_entry>& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(), [&](const plugin_entry& e) { return e.name == name; });
}

// The defaults, less what is disabled, each replaced in place by an entry of its name; then the other entries.
std::vector<plugin_entry> merge(std::vector<plugin_entry> defaults, const plugin_set& own) {
  std::vector<plugin_entry> merged;
  std::set<const plugin_entry*> used;
  if (!has(own.disabled, "*")) {
    for (plugin_entry& e : defaults) {
      if (has(own.disabled, e.name)) continue;
      const auto mine = std::find_if(own.enabled.rbegin(), own.enabled.rend(),
                                     [&](const plugin_entry& o) { return o.name == e.name; });
      if (mine != own.enabled.rend()) used.insert(&*mine);
      merged.push_back(mine != own.enabled.rend() ? *mine : std::move(e));
    }
  }
  for (const plugin_entry& e : own.enabled)
    if (!used.contains(&e)) merged.push_back(e);
  return merged;
}

std::string kind_of(extension_point p) { return std::string(metric_name(p)) + "Plugin"; }

bool implements(plugin* p, extension_point point) {
  switch (point) {
    case extension_point::pre_enqueue:
      return dynamic_cast<pre_enqueue_plugin*>(p) != nullptr;
    case extension_point::queue_sort:
      return dynamic_cast<queue_sort_plugin*>(p) != nullptr;
    case extension_point::pre_filter:
      return dynamic_cast<pre_filter_plugin*>(p) != nullptr;
    case extension_point::filter:
      return dynamic_cast<filter_plugin*>(p) != nullptr;
    case extension_point::post_filter:
      return dynamic_cast<post_filter_plugin*>(p) != nullptr;
    case extension_point::pre_score:
      return dynamic_cast<pre_score_plugin*>(p) != nullptr;
    case extension_point::score:
      return dynamic_cast<score_plugin*>(p) != nullptr;
    case extension_point::reserve:
      return dynamic_cast<reserve_plugin*>(p) != nullptr;
    case extension_point::permit:
      return dynamic_cast<permit_plugin*>(p) != nullptr;
    case extension_point::pre_bind:
      return dynamic_cast<pre_bind_plugin*>(p) != nullptr;
    case extension_point::bind:
      return dynamic_cast<bind_plugin*>(p) != nullptr;
    case extension_point::post_bind:
      return dynamic_cast<post_bind_plugin*>(p) != nullptr;
  }
  return false;
}

// The defaults stand in no file.
std::string path_of(const plugin_entry& e) { return e.path.empty() ? "plugins.multiPoint" : e.path; }

[[noreturn]] void does_not_exist(const plugin_entry& e, extension_point p) {
  throw configuration_error(path_of(e), kind_of(p) + " \"" + e.name + "\" does not exist");
}

[[noreturn]] void registered_twice(const plugin_entry& e, extension_point p) {
  throw configuration_error(path_of(e), "plugin \"" + e.name + "\" already registered as \"" + kind_of(p) + "\"");
}

// What is enabled under the point by name: all of it must exist, take part there, and be there once.
std::vector<plugin*> explicit_order(const plugin_set& set, const by_name& made, extension_point p) {
  std::vector<plugin*> order;
  for (const plugin_entry& e : set.enabled) {
    const auto there = made.find(e.name);
    if (there == made.end()) does_not_exist(e, p);
    if (!implements(there->second, p))
      throw configuration_error(path_of(e), "plugin \"" + e.name + "\" does not extend " + kind_of(p) + " plugin");
    if (std::find(order.begin(), order.end(), there->second) != order.end()) registered_twice(e, p);
    order.push_back(there->second);
  }
  return order;
}

// Entries that multiPoint has too come first, in their own order; then multiPoint's; then the other entries.
std::vector<plugin*> expand(const std::vector<plugin_entry>& multi_point, const plugin_set& set,
                            const std::vector<plugin*>& own, const by_name& made, extension_point p) {
  if (has(set.disabled, "*")) return own;
  std::vector<plugin*> overridden;
  std::vector<plugin*> from_multi_point;
  for (const plugin_entry& e : multi_point) {
    const auto there = made.find(e.name);
    if (there == made.end()) does_not_exist(e, p);
    plugin* const one = there->second;
    if (!implements(one, p) || has(set.disabled, e.name)) continue;
    if (std::find(own.begin(), own.end(), one) != own.end()) {
      overridden.push_back(one);
      continue;
    }
    if (std::find(from_multi_point.begin(), from_multi_point.end(), one) != from_multi_point.end())
      registered_twice(e, p);
    from_multi_point.push_back(one);
  }
  const auto is_overridden = [&](plugin* one) {
    return std::find(overridden.begin(), overridden.end(), one) != overridden.end();
  };
  std::vector<plugin*> order;
  std::copy_if(own.begin(), own.end(), std::back_inserter(order), is_overridden);
  order.insert(order.end(), from_multi_point.begin(), from_multi_point.end());
  std::copy_if(own.begin(), own.end(), std::back_inserter(order), [&](plugin* one) { return !is_overridden(one); });
  return order;
}

// The arguments that the file has for a plugin, each once and for one that exists.
std::map<std::string_view, const plugin_arguments*> arguments_by_name(const profile_config& config,
                                                                      const registry& plugins) {
  std::map<std::string_view, const plugin_arguments*> found;
  for (const plugin_arguments& a : config.arguments) {
    if (plugins.find(a.name) == nullptr) throw configuration_error(a.path, "plugin \"" + a.name + "\" does not exist");
    if (!found.emplace(a.name, &a).second) throw configuration_error(a.path, "repeated config for plugin " + a.name);
  }
  return found;
}

// What a plugin says of itself, asked once.
struct made_plugin {
  std::unique_ptr<plugin> self;
  dependencies reads;
  std::vector<event_interest> events_to_register;
  scaling scales = scaling::none;
  bool in_bytes = false;
};

made_plugin ask_itself(std::unique_ptr<plugin> made, const std::string& name) {
  if (made == nullptr) throw std::logic_error("there is none");
  // Blame and cure go by the name: two would leave its pods waiting.
  if (made->name() != name) throw std::logic_error("it calls itself \"" + std::string(made->name()) + "\"");
  made_plugin out;
  out.reads = made->reads();
  out.events_to_register = made->events_to_register();
  if (const auto* scorer = dynamic_cast<const score_plugin*>(made.get())) {
    out.scales = scorer->scales();
    out.in_bytes = out.scales == scaling::none && scorer->in_bytes();
  }
  out.self = std::move(made);
  return out;
}

made_plugin make(const std::string& name, const plugin_factory& factory, const plugin_arguments* given,
                 const profile_config& config, const plugin_context& context) {
  const k8s::value nothing;
  const std::string path = given != nullptr ? given->path : config.path + ".pluginConfig[" + name + "].args";
  const std::string initializing = "initializing plugin \"" + name + "\": ";
  arguments args(given != nullptr ? given->args : nothing, path);
  try {
    return ask_itself(factory(args, context), name);
  } catch (const configuration_error&) {
    throw;
  } catch (const std::exception& e) {
    throw configuration_error(path, initializing + e.what());
  } catch (...) {
    throw configuration_error(path, initializing + guard::thrown().message());
  }
}

// Score's own entries before multiPoint's: the first weight that a plugin is given is the one that counts, and 0 is 1.
std::map<const plugin*, std::int64_t> weights_of(const std::vector<plugin_entry>& score,
                                                 const std::vector<plugin_entry>& multi_point, const by_name& made) {
  std::map<const plugin*, std::int64_t> weights;
  std::int64_t total = 0;
  for (const auto* list : {&score, &multi_point}) {
    for (const plugin_entry& e : *list) {
      const auto there = made.find(e.name);
      if (there == made.end()) does_not_exist(e, extension_point::pre_filter);
      if (!implements(there->second, extension_point::score) || weights.contains(there->second)) continue;
      const std::int64_t weight = e.weight == 0 ? 1 : e.weight;
      weights.emplace(there->second, weight);
      if (weight * max_node_score > std::numeric_limits<std::int64_t>::max() - total)
        throw configuration_error(path_of(e), "score plugins: total score of Score plugins could overflow");
      total += weight * max_node_score;
    }
  }
  return weights;
}

struct known_plugin {
  dependencies reads;
  std::size_t number;
  scaling scales;
  bool in_bytes;
};
using known_plugins = std::map<const plugin*, known_plugin>;

template <class Point>
void collect(const std::vector<plugin*>& order, const known_plugins& all, std::vector<at_point<Point>>& into) {
  for (plugin* p : order) into.emplace_back(p, all.at(p).reads, all.at(p).number);
}

}  // namespace

lineup::lineup(const profile_config& config, const registry& known) : context{config.scheduler_name} {
  const std::vector<plugin_entry> multi_point = merge(default_plugins(), config.multi_point);
  const auto given = arguments_by_name(config, known);

  by_name made;
  known_plugins all;
  const auto make_once = [&](const std::vector<plugin_entry>& entries) {
    for (const plugin_entry& e : entries) {
      const plugin_factory* factory = known.find(e.name);
      if (factory == nullptr || made.contains(e.name)) continue;
      const auto args = given.find(e.name);
      made_plugin one = make(e.name, *factory, args == given.end() ? nullptr : args->second, config, context);
      made.emplace(e.name, one.self.get());
      all.emplace(one.self.get(), known_plugin{one.reads, plugins.size(), one.scales, one.in_bytes});
      events_to_register.push_back(std::move(one.events_to_register));
      plugins.push_back(std::move(one.self));
    }
  };
  make_once(multi_point);
  for (const plugin_set& set : config.points) make_once(set.enabled);
  // The arguments of plugins that are not enabled are read too: a typo is a typo.
  for (const auto& [name, args] : given)
    if (!made.contains(name)) make(args->name, *known.find(name), args, config, context);

  const auto set_at = [&](extension_point p) -> const plugin_set& {
    return config.points[static_cast<std::size_t>(p)];
  };
  for (const extension_point p : reading_order) order[static_cast<std::size_t>(p)] = explicit_order(set_at(p), made, p);
  for (const extension_point p : reading_order) {
    std::vector<plugin*>& here = order[static_cast<std::size_t>(p)];
    here = expand(multi_point, set_at(p), here, made, p);
  }

  const std::string named = " profile with scheduler name \"" + config.scheduler_name + "\"";
  const std::size_t sorters = order_at(extension_point::queue_sort).size();
  if (sorters != 1)
    throw configuration_error(config.path + ".plugins.queueSort", "only one queue sort plugin required for" + named +
                                                                      ", but got " + std::to_string(sorters));
  if (order_at(extension_point::bind).empty())
    throw configuration_error(config.path + ".plugins.bind", "at least one bind plugin is needed for" + named);

  const auto weight_of = weights_of(set_at(extension_point::score).enabled, multi_point, made);
  collect(order_at(extension_point::pre_enqueue), all, pre_enqueue);
  collect(order_at(extension_point::queue_sort), all, queue_sort);
  collect(order_at(extension_point::pre_filter), all, pre_filter);
  const auto extends = [](const plugin* p) { return dynamic_cast<const pre_filter_extensions*>(p) != nullptr; };
  for (const auto& p : pre_filter)
    if (extends(p.self)) extensions.emplace_back(p.self, p.reads, all.at(p.self).number);
  collect(order_at(extension_point::filter), all, filter);
  for (const auto& p : filter) {
    const bool collected =
        std::any_of(extensions.begin(), extensions.end(), [&](const auto& e) { return e.self == p.self; });
    if (!collected && extends(p.self)) extensions.emplace_back(p.self, p.reads, all.at(p.self).number);
  }
  collect(order_at(extension_point::post_filter), all, post_filter);
  collect(order_at(extension_point::pre_score), all, pre_score);
  collect(order_at(extension_point::score), all, score);
  for (const auto& s : score) {
    weights.push_back(weight_of.at(s.self));
    scalings.push_back(all.at(s.self).scales);
    in_bytes.push_back(all.at(s.self).in_bytes);
  }
  collect(order_at(extension_point::reserve), all, reserve);
  collect(order_at(extension_point::permit), all, permit);
  collect(order_at(extension_point::pre_bind), all, pre_bind);
  collect(order_at(extension_point::bind), all, bind);
  collect(order_at(extension_point::post_bind), all, post_bind);
}

}  // namespace berth::scoring
