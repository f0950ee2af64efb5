#include "controller/config/configuration_profiles.hpp"

#include "controller/config/configuration.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

namespace berth::controller {

namespace {

using scoring::arguments;
using scoring::configuration_error;
using scoring::extension_point;

constexpr std::array<std::string_view, 4> removed_plugins{"AzureDiskLimits", "CinderLimits", "EBSLimits",
                                                          "GCEPDLimits"};

bool is_removed(const std::string& name) {
  return std::find(removed_plugins.begin(), removed_plugins.end(), name) != removed_plugins.end();
}

void check_name(const arguments& a, const std::string& name) {
  if (name.empty()) a.fail("name", "is required");
  if (is_removed(name)) a.fail("name", fmt::format("plugin {} was removed; NodeVolumeLimits does its work", name));
}

std::vector<scoring::plugin_entry> read_entries(arguments& set, std::string_view field) {
  std::vector<scoring::plugin_entry> out;
  for (arguments& one : set.list(field)) {
    scoring::plugin_entry e;
    e.name = one.text_or("name", "");
    e.weight = static_cast<std::int32_t>(one.integer_or("weight", 0, 0, std::numeric_limits<std::int32_t>::max()));
    e.path = one.path();
    if (field == "enabled") check_name(one, e.name);
    if (e.name.empty()) one.fail("name", "is required");
    one.finish();
    out.push_back(std::move(e));
  }
  return out;
}

scoring::plugin_set read_set(arguments& plugins, std::string_view field) {
  scoring::plugin_set out;
  std::optional<arguments> set = plugins.map(field);
  if (!set) return out;
  out.enabled = read_entries(*set, "enabled");
  out.disabled = read_entries(*set, "disabled");
  set->finish();
  return out;
}

void read_plugins(arguments& of_profile, scoring::profile_config& out) {
  std::optional<arguments> plugins = of_profile.map("plugins");
  if (!plugins) return;
  out.multi_point = read_set(*plugins, "multiPoint");
  for (std::size_t i = 0; i < scoring::extension_point_count; ++i)
    out.points[i] = read_set(*plugins, scoring::config_name(static_cast<extension_point>(i)));
  // For groups of pods, which are behind a gate that is off: nothing that takes part there exists.
  for (const char* field : {"placementGenerate", "placementScore"})
    for (const scoring::plugin_entry& e : read_set(*plugins, field).enabled)
      throw configuration_error(e.path + ".name", fmt::format("plugin \"{}\" does not exist", e.name));
  read_set(*plugins, "podGroupPostFilter");
  plugins->finish();
  const auto& queue_sort = out.points[static_cast<std::size_t>(extension_point::queue_sort)];
  if (queue_sort.enabled.size() > 1) plugins->fail("queueSort.enabled", "only one queue sort plugin can be enabled");
}

// Arguments may say what they are, as any Kubernetes object does; then it must be right.
void check_type(const scoring::plugin_arguments& of_plugin) {
  arguments a(of_plugin.args, of_plugin.path);
  const std::string version = a.text_or("apiVersion", std::string(configuration_api_version));
  const std::string kind = a.text_or("kind", of_plugin.name + "Args");
  if (version != configuration_api_version && version.starts_with("kubescheduler.config.k8s.io/"))
    a.fail("apiVersion",
           fmt::format("{} is no longer a version of these; write {}", version, configuration_api_version));
  if (kind != of_plugin.name + "Args") a.fail("kind", fmt::format("\"{}\" is not {}Args", kind, of_plugin.name));
}

void read_plugin_config(arguments& of_profile, scoring::profile_config& out) {
  std::set<std::string> seen;
  for (arguments& one : of_profile.list("pluginConfig")) {
    scoring::plugin_arguments p;
    p.name = one.text_or("name", "");
    check_name(one, p.name);
    if (!seen.insert(p.name).second) one.fail("name", fmt::format("duplicate \"{}\"", p.name));
    if (const k8s::value* args = one.raw("args")) p.args = *args;
    p.path = one.path_of("args");
    one.finish();
    check_type(p);
    out.arguments.push_back(std::move(p));
  }
}

std::optional<std::int32_t> percentage(arguments& a) {
  const std::optional<std::int64_t> p = a.integer("percentageOfNodesToScore", 0, 100);
  return p ? std::optional<std::int32_t>(static_cast<std::int32_t>(*p)) : std::nullopt;
}

bool same(const std::vector<scoring::plugin_entry>& a, const std::vector<scoring::plugin_entry>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.name == y.name && x.weight == y.weight; });
}

// All profiles share one queue, which can be sorted in one way only.
void check_one_queue(const std::vector<scoring::profile_config>& profiles) {
  const auto index = static_cast<std::size_t>(extension_point::queue_sort);
  const scoring::plugin_set& first = profiles[0].points[index];
  const auto arguments_of = [&](const scoring::profile_config& p) {
    for (const scoring::plugin_arguments& a : p.arguments)
      if (!first.enabled.empty() && a.name == first.enabled[0].name) return a.args;
    return k8s::value();
  };
  for (const scoring::profile_config& p : profiles) {
    const bool same_set =
        same(p.points[index].enabled, first.enabled) && same(p.points[index].disabled, first.disabled);
    if (!same_set || !(arguments_of(p) == arguments_of(profiles[0])))
      throw configuration_error(p.path + ".plugins.queueSort", "must be the same for all profiles");
  }
}

/// Stricter than kube-scheduler in one thing: a typo under `disabled` leaves a plugin enabled that was not to be.
void check_existence(const scoring::plugin_set& set, const scoring::registry& plugins) {
  const auto refuse = [](const scoring::plugin_entry& e) {
    throw configuration_error(e.path + ".name", fmt::format("plugin \"{}\" does not exist", e.name));
  };
  for (const scoring::plugin_entry& e : set.enabled)
    if (plugins.find(e.name) == nullptr) refuse(e);
  for (const scoring::plugin_entry& e : set.disabled)
    if (e.name != "*" && !is_removed(e.name) && plugins.find(e.name) == nullptr) refuse(e);
}

void check_plugins(const scoring::profile_config& p, const scoring::registry& plugins) {
  check_existence(p.multi_point, plugins);
  for (const scoring::plugin_set& set : p.points) check_existence(set, plugins);
  for (const scoring::plugin_arguments& a : p.arguments) {
    const scoring::plugin_factory* make = plugins.find(a.name);
    if (make == nullptr)
      throw configuration_error(a.path.substr(0, a.path.rfind('.')) + ".name",
                                fmt::format("plugin \"{}\" does not exist", a.name));
    arguments args(a.args, a.path);
    (*make)(args, {p.scheduler_name});
  }
}

}  // namespace

std::vector<scoring::profile_config> read_profiles(arguments& document) {
  const std::optional<std::int32_t> for_all = percentage(document);
  std::vector<scoring::profile_config> out;
  std::vector<arguments> list = document.list("profiles");
  for (arguments& a : list) {
    scoring::profile_config p;
    p.path = a.path();
    if (const std::optional<std::string> name = a.text("schedulerName")) {
      p.scheduler_name = *name;
    } else if (list.size() == 1) {
      p.scheduler_name = "default-scheduler";
    }
    if (p.scheduler_name.empty()) a.fail("schedulerName", "is required");
    for (const scoring::profile_config& other : out)
      if (other.scheduler_name == p.scheduler_name)
        a.fail("schedulerName", fmt::format("duplicate \"{}\"", p.scheduler_name));
    p.percentage_of_nodes_to_score = percentage(a);
    if (!p.percentage_of_nodes_to_score) p.percentage_of_nodes_to_score = for_all;
    read_plugins(a, p);
    read_plugin_config(a, p);
    a.finish();
    out.push_back(std::move(p));
  }
  if (out.empty()) {
    scoring::profile_config& p = out.emplace_back();
    p.scheduler_name = "default-scheduler";
    p.percentage_of_nodes_to_score = for_all;
  }
  check_one_queue(out);
  return out;
}

std::vector<scoring::profile> make_profiles(const scheduler_configuration& configuration,
                                            const scoring::registry& plugins) {
  try {
    std::vector<scoring::profile> out;
    for (const scoring::profile_config& p : configuration.profiles) {
      check_plugins(p, plugins);
      out.emplace_back(p, plugins);
      if (out.back().plugins_at(extension_point::queue_sort) != out.front().plugins_at(extension_point::queue_sort))
        throw configuration_error(p.path + ".plugins", "the QueueSort plugin must be the same for all profiles");
    }
    return out;
  } catch (const configuration_error& e) {
    throw in_file(configuration.file, e);
  }
}

configuration_error in_file(const std::string& file, const configuration_error& e) {
  constexpr std::size_t most = 4096;
  return configuration_error(k8s::excerpt(file.empty() ? e.what() : fmt::format("{}: {}", file, e.what()), most));
}

}  // namespace berth::controller
