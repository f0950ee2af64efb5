#include "scoring/engine/profile.hpp"

#include "scoring/engine/observer.hpp"
#include "scoring/engine/profile_parts.hpp"

#include <algorithm>

namespace berth::scoring {

profile::parts::parts(const profile_config& config, const registry& known)
    : plugins(config, known), deciding(plugins, config.percentage_of_nodes_to_score) {}

void profile::parts::report(const status& s, std::string_view point, const plugin& of, const pod_info& pod) const {
  if (s.is_ok() || faults == nullptr) return;
  faults->plugin_threw({of.name(), point, *pod.pod, plugin_failed(point, of.name(), s)});
}

profile::profile(const profile_config& config, const registry& plugins)
    : parts_(std::make_unique<parts>(config, plugins)) {}

profile::~profile() = default;
profile::profile(profile&&) noexcept = default;

const std::string& profile::scheduler_name() const noexcept { return parts_->plugins.context.scheduler_name; }

std::vector<std::string> profile::plugins_at(extension_point p) const {
  std::vector<std::string> names;
  for (const plugin* one : parts_->plugins.order_at(p)) names.emplace_back(one->name());
  return names;
}

status profile::pre_enqueue(const pod_info& pod, const cluster& nodes) const {
  for (const auto& p : parts_->plugins.pre_enqueue) {
    status s = p.ask<&pre_enqueue_plugin::pre_enqueue>(pod, nodes);
    if (s.is_ok()) continue;
    if (s.what == code::error) s = status::failed(plugin_failed("PreEnqueue", p.self->name(), s));
    s.plugin = p.self->name();
    return s;
  }
  return status::ok();
}

bool profile::before(const queued_pod& a, const queued_pod& b) const {
  const auto& p = parts_->plugins.queue_sort.front();
  const auto answer = p.ask<&queue_sort_plugin::before>(a, b);
  parts_->report(answer.what, "QueueSort", *p.self, *a.pod);
  return answer.value.value_or(false);
}

bool profile::queueing_hint(const pod_info& pod, const std::vector<std::string>& refused_by, const cluster_event& event,
                            observer* by) const {
  if (refused_by.empty() || (event.resource == event_resource::anything && event.actions == action_all)) return true;
  const auto& plugins = parts_->plugins.plugins;
  return std::any_of(refused_by.begin(), refused_by.end(), [&](const std::string& name) {
    const auto there = std::find_if(plugins.begin(), plugins.end(), [&](const auto& p) { return p->name() == name; });
    if (there == plugins.end()) return true;
    const auto number = static_cast<std::size_t>(there - plugins.begin());
    const auto& interests = parts_->plugins.events_to_register[number];
    if (std::none_of(interests.begin(), interests.end(), [&](const event_interest& i) { return event.concerns(i); }))
      return false;
    if (by != nullptr && by->times_plugins()) by->plugin_begins();
    const auto hint = guarded([&] { return (*there)->queueing_hint(pod, event); });
    if (by != nullptr)
      by->plugin_ended({plugin_point::queueing_hint, number, there->get()}, !hint.what.is_ok() ? code::error
                                                                            : *hint.value      ? code::success
                                                                                               : code::skip);
    parts_->report(hint.what, "QueueingHint", **there, pod);
    return hint.value.value_or(true);  // as upstream's isPodWorthRequeuing: better tried in vain than never again
  });
}

bool profile::hears_of(std::span<const event_resource> kinds) const noexcept {
  const auto is_about = [&](const event_interest& i) {
    return i.resource == event_resource::anything || std::find(kinds.begin(), kinds.end(), i.resource) != kinds.end();
  };
  const auto& all = parts_->plugins.events_to_register;
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& one) { return std::any_of(one.begin(), one.end(), is_about); });
}

void profile::report_faults_to(fault_listener* to) noexcept { parts_->faults = to; }

decision profile::schedule(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::mt19937_64& random) {
  return parts_->deciding.schedule(pod, nodes, cycle, random);
}

shortlist profile::find_candidates(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                   bool nominated_first) {
  return parts_->deciding.find_candidates(pod, nodes, cycle, nominated_first);
}

decision profile::schedule(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::mt19937_64& random,
                           const extender_opinion& opinion) {
  return parts_->deciding.schedule(pod, nodes, cycle, random, &opinion);
}

}  // namespace berth::scoring
