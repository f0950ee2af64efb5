#include "controller/config/effective_configuration.hpp"

#include "controller/runtime/go_duration.hpp"
#include "scoring/engine/profile_config.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace berth::controller {

namespace {

using k8s::value;

value::map map_or_empty(const value* v) { return v != nullptr && v->as_map() != nullptr ? *v->as_map() : value::map{}; }

value entry(const scoring::plugin_entry& e) { return value::map{{"name", e.name}, {"weight", std::int64_t{e.weight}}}; }

value set_of(const std::vector<scoring::plugin_entry>& enabled, const std::vector<scoring::plugin_entry>& disabled) {
  value::map out;
  const auto add = [&](const char* name, const std::vector<scoring::plugin_entry>& all) {
    value::list list;
    for (const scoring::plugin_entry& e : all) list.push_back(entry(e));
    if (!list.empty()) out.emplace_back(name, std::move(list));
  };
  add("disabled", disabled);
  add("enabled", enabled);
  return out;
}

// The default plugins, without those that are disabled and with those that are configured in their place; then the
// others. Upstream: mergePluginSet of apis/config/v1/default_plugins.go.
std::vector<scoring::plugin_entry> merged(const scoring::plugin_set& given) {
  const auto named = [](const std::string& name) {
    return [&name](const scoring::plugin_entry& e) { return e.name == name; };
  };
  const auto is_in = [&](const std::vector<scoring::plugin_entry>& all, const std::string& name) {
    return std::any_of(all.begin(), all.end(), named(name));
  };
  const bool none = is_in(given.disabled, "*");
  std::vector<scoring::plugin_entry> out;
  for (const scoring::plugin_entry& e : scoring::default_plugins()) {
    if (none || is_in(given.disabled, e.name)) continue;
    const auto own = std::find_if(given.enabled.begin(), given.enabled.end(), named(e.name));
    out.push_back(own != given.enabled.end() ? *own : e);
  }
  for (const scoring::plugin_entry& e : given.enabled)
    if (!is_in(out, e.name)) out.push_back(e);
  return out;
}

value plugins_of(const scoring::profile_config& p, const std::vector<scoring::plugin_entry>& everywhere) {
  value::map out{{"multiPoint", set_of(everywhere, p.multi_point.disabled)}};
  for (std::size_t i = 0; i < scoring::extension_point_count; ++i)
    out.emplace_back(std::string(scoring::config_name(static_cast<scoring::extension_point>(i))),
                     set_of(p.points[i].enabled, p.points[i].disabled));
  for (const char* of_pod_groups : {"placementGenerate", "placementScore", "podGroupPostFilter"})
    out.emplace_back(of_pod_groups, value::map{});
  return out;
}

value arguments_of(const scoring::profile_config& p, const std::vector<scoring::plugin_entry>& everywhere) {
  std::set<std::string> enabled;
  for (const scoring::plugin_entry& e : everywhere) enabled.insert(e.name);
  for (const scoring::plugin_set& at : p.points)
    for (const scoring::plugin_entry& e : at.enabled) enabled.insert(e.name);
  value::list out;
  for (const std::string& name : enabled) {
    value given;
    for (const scoring::plugin_arguments& a : p.arguments)
      if (a.name == name) given = a.args;
    value args = effective_arguments(name, given);
    if (!args.is_null()) out.push_back(value::map{{"args", std::move(args)}, {"name", name}});
  }
  return out;
}

value profile_of(const scoring::profile_config& p, const value* in_file) {
  const std::vector<scoring::plugin_entry> everywhere = merged(p.multi_point);
  value::map out{{"schedulerName", p.scheduler_name}, {"plugins", plugins_of(p, everywhere)}};
  const value* percentage = in_file == nullptr ? nullptr : in_file->find("percentageOfNodesToScore");
  if (percentage != nullptr && !percentage->is_null()) out.emplace_back("percentageOfNodesToScore", *percentage);
  const value arguments = arguments_of(p, everywhere);
  if (!arguments.as_list()->empty()) out.emplace_back("pluginConfig", arguments);
  return out;
}

value lease(const leader_election_configuration& c) {
  return value::map{{"leaderElect", c.leader_elect},
                    {"leaseDuration", go_duration(c.lease_duration)},
                    {"renewDeadline", go_duration(c.renew_deadline)},
                    {"resourceLock", "leases"},
                    {"resourceName", c.resource_name},
                    {"resourceNamespace", c.resource_namespace},
                    {"retryPeriod", go_duration(c.retry_period)}};
}

// A whole number is written as one.
value number(double d) {
  const auto whole = static_cast<std::int64_t>(d);
  return static_cast<double>(whole) == d ? value(whole) : value(d);
}

value connection(value::map given, const client_connection_configuration& c) {
  member(given, "acceptContentTypes") = value(c.accept_content_types);
  member(given, "contentType") = value(c.content_type);
  member(given, "kubeconfig") = value(c.kubeconfig);
  member(given, "qps") = c.qps ? number(*c.qps) : value(-1);
  member(given, "burst") = value(std::int64_t{c.burst});
  return given;
}

bool is_zero(const value& v) {
  return v.is_null() || (v.as_bool() != nullptr && !*v.as_bool()) || (v.as_int() != nullptr && *v.as_int() == 0) ||
         (v.as_string() != nullptr && v.as_string()->empty()) || (v.as_list() != nullptr && v.as_list()->empty());
}

// As Go's encoder leaves out what has its zero value, where the type says so. The depth is the file's.
value without_zeros(const value& v) {
  if (v.as_map() != nullptr) {
    value::map out;
    for (const auto& [key, one] : *v.as_map())
      if (!is_zero(one)) out.emplace_back(key, without_zeros(one));
    return out;
  }
  if (v.as_list() == nullptr) return v;
  value::list out;
  for (const value& one : *v.as_list()) out.push_back(without_zeros(one));
  return out;
}

value extender(const value& in_file, const extender_configuration& c) {
  const value given = without_zeros(in_file);
  value::map out = map_or_empty(&given);
  member(out, "urlPrefix") = value(c.url_prefix);
  member(out, "httpTimeout") = value(go_duration(c.http_timeout));
  return out;
}

}  // namespace

value effective_configuration(const value& document, const scheduler_configuration& c) {
  value::map out = map_or_empty(&document);
  std::erase_if(out, [](const value::member& m) { return m.second.is_null(); });
  member(out, "apiVersion") = value("kubescheduler.config.k8s.io/v1");
  member(out, "kind") = value("KubeSchedulerConfiguration");
  member(out, "clientConnection") = connection(map_or_empty(document.find("clientConnection")), c.client_connection);
  member(out, "leaderElection") = lease(c.leader_election);
  set_default(out, "enableContentionProfiling", true);
  set_default(out, "enableProfiling", true);
  set_default(out, "parallelism", 16);
  set_default(out, "percentageOfNodesToScore", 100);
  member(out, "podInitialBackoffSeconds") = value(std::int64_t{c.pod_initial_backoff.count()});
  member(out, "podMaxBackoffSeconds") = value(std::int64_t{c.pod_max_backoff.count()});
  if (const value* given = document.find("extenders"); !c.extenders.empty()) {
    value::list extenders;
    for (std::size_t i = 0; i < c.extenders.size(); ++i)
      extenders.push_back(extender((*given->as_list())[i], c.extenders[i]));
    member(out, "extenders") = std::move(extenders);
  }
  const value* in_file = document.find("profiles");
  const value::list* listed = in_file == nullptr ? nullptr : in_file->as_list();
  value::list profiles;
  for (std::size_t i = 0; i < c.profiles.size(); ++i)
    profiles.push_back(profile_of(c.profiles[i], listed != nullptr && i < listed->size() ? &(*listed)[i] : nullptr));
  member(out, "profiles") = std::move(profiles);
  return out;
}

}  // namespace berth::controller
