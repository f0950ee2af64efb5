#include "test/reference/profile.hpp"

#include "test/reference/arguments.hpp"
#include "test/reference/plugins.hpp"

#include <algorithm>

namespace berth::reference {

namespace {

struct entry {
  std::string name;
  std::int64_t weight = 0;  ///< 0: not given
};
using entries = std::vector<entry>;

struct plugin_set {
  entries enabled;
  entries disabled;
};

const known_plugin* known(std::string_view name) {
  for (const known_plugin& p : known_plugins())
    if (p.name == name) return &p;
  return nullptr;
}

entry* find(entries& list, std::string_view name) {
  const auto there = std::find_if(list.begin(), list.end(), [&](const entry& e) { return e.name == name; });
  return there == list.end() ? nullptr : &*there;
}

entries entries_in(const k8s::value& set, std::string_view field) {
  entries list;
  if (const k8s::value* v = set.find(field); v != nullptr && v->as_list() != nullptr)
    for (const k8s::value& one : *v->as_list()) list.push_back({text_in(one, "name"), number_in(one, "weight", 0)});
  return list;
}

plugin_set set_in(const k8s::value& profile, std::string_view point) {
  const k8s::value* plugins = profile.find("plugins");
  const k8s::value* set = plugins == nullptr ? nullptr : plugins->find(point);
  return set == nullptr ? plugin_set{} : plugin_set{entries_in(*set, "enabled"), entries_in(*set, "disabled")};
}

/// The defaults, with what the file says of multiPoint: entries that are there already are replaced, others follow.
entries merged_with_defaults(plugin_set own) {
  entries merged;
  for (const known_plugin& p : known_plugins()) {
    const std::string name(p.name);
    if (find(own.disabled, "*") != nullptr || find(own.disabled, name) != nullptr) continue;
    if (entry* other = find(own.enabled, name)) {
      merged.push_back(*other);
      std::erase_if(own.enabled, [&](const entry& e) { return e.name == name; });
    } else {
      merged.push_back({name, p.default_weight});
    }
  }
  merged.insert(merged.end(), own.enabled.begin(), own.enabled.end());
  return merged;
}

/// First what the point and multiPoint both name, then the rest of multiPoint, then the rest of the point.
entries expanded(plugin_set own, const entries& multi_point, bool (*takes_part)(const known_plugin&)) {
  std::erase_if(own.enabled, [](const entry& e) { return known(e.name) == nullptr; });
  if (find(own.disabled, "*") != nullptr) return own.enabled;
  entries both, rest_of_multi_point;
  for (const entry& e : multi_point) {
    const known_plugin* p = known(e.name);
    if (p == nullptr || !takes_part(*p) || find(own.disabled, e.name) != nullptr) continue;
    if (find(own.enabled, e.name) == nullptr) rest_of_multi_point.push_back(e);
  }
  entries rest_of_own;
  for (const entry& e : own.enabled) {
    const bool in_both =
        std::any_of(multi_point.begin(), multi_point.end(), [&](const entry& m) { return m.name == e.name; }) &&
        find(own.disabled, e.name) == nullptr;
    (in_both ? both : rest_of_own).push_back(e);
  }
  both.insert(both.end(), rest_of_multi_point.begin(), rest_of_multi_point.end());
  both.insert(both.end(), rest_of_own.begin(), rest_of_own.end());
  return both;
}

std::vector<std::string> names_of(const entries& list) {
  std::vector<std::string> names;
  for (const entry& e : list) names.push_back(e.name);
  return names;
}

profile profile_of(const k8s::value& written) {
  profile p;
  p.scheduler_name = text_in(written, "schedulerName", "default-scheduler");
  const entries multi_point = merged_with_defaults(set_in(written, "multiPoint"));
  const auto at = [&](std::string_view point, bool (*takes_part)(const known_plugin&)) {
    return expanded(set_in(written, point), multi_point, takes_part);
  };
  p.pre_enqueue = names_of(at("preEnqueue", [](const known_plugin& k) { return k.name == "SchedulingGates"; }));
  p.pre_filter = names_of(at("preFilter", [](const known_plugin& k) { return k.pre_filter; }));
  p.filter = names_of(at("filter", [](const known_plugin& k) { return k.filter; }));
  p.post_filter = names_of(at("postFilter", [](const known_plugin& k) { return k.name == "DefaultPreemption"; }));
  p.pre_score = names_of(at("preScore", [](const known_plugin& k) { return k.pre_score; }));
  for (const entry& e : at("score", [](const known_plugin& k) { return k.score; })) {
    p.score.push_back(e.name);
    p.weights[e.name] = e.weight == 0 ? 1 : e.weight;
  }
  if (const k8s::value* list = written.find("pluginConfig"); list != nullptr && list->as_list() != nullptr)
    for (const k8s::value& one : *list->as_list())
      if (const k8s::value* args = one.find("args")) p.arguments[text_in(one, "name")] = *args;
  return p;
}

}  // namespace

const k8s::value& profile::arguments_of(const std::string& plugin) const {
  static const k8s::value none;
  const auto there = arguments.find(plugin);
  return there == arguments.end() ? none : there->second;
}

std::vector<profile> read_profiles(const k8s::value& config) {
  std::vector<profile> all;
  if (const k8s::value* list = config.find("profiles"); list != nullptr && list->as_list() != nullptr)
    for (const k8s::value& one : *list->as_list()) all.push_back(profile_of(one));
  if (all.empty()) all.push_back(profile_of({}));
  return all;
}

}  // namespace berth::reference
