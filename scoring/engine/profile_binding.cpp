#include "scoring/engine/profile.hpp"

#include "scoring/engine/observer.hpp"
#include "scoring/engine/profile_parts.hpp"

#include <algorithm>

/// After the decision: Reserve to PostBind, for the node that was chosen.
namespace berth::scoring {

namespace {

constexpr std::chrono::minutes longest_permit_wait{15};

// A rejection is the plugin's word; anything else is a failure, and names the point.
status judged(status s, std::string_view point, std::string_view plugin) {
  if (is_rejection(s.what))
    s.plugin = plugin;
  else
    s = status::failed(plugin_failed(point, plugin, s));
  return s;
}

}  // namespace

status profile::reserve(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) {
  observed_stage running(cycle.watcher(), stage::reserve);
  for (const auto& p : parts_->plugins.reserve) {
    status s = p.ask<&reserve_plugin::reserve>(pod, nodes, cycle, node);
    if (s.is_ok()) continue;
    running.ended(s.what);
    unreserve(pod, nodes, cycle, node);
    return judged(std::move(s), "Reserve", p.self->name());
  }
  running.ended(code::success);
  return status::ok();
}

void profile::unreserve(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) {
  observed_stage running(cycle.watcher(), stage::unreserve);
  const auto& plugins = parts_->plugins.reserve;
  std::for_each(plugins.rbegin(), plugins.rend(), [&](const at_point<reserve_plugin>& p) {
    parts_->report(p.ask<&reserve_plugin::unreserve>(pod, nodes, cycle, node), "Unreserve", *p.self, pod);
  });
  running.ended(code::success);
}

status profile::permit(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node,
                       std::vector<permit_wait>& waits) {
  waits.clear();
  observed_stage running(cycle.watcher(), stage::permit);
  status outcome;
  for (const auto& p : parts_->plugins.permit) {
    permit_result r = p.ask<&permit_plugin::permit>(pod, nodes, cycle, node);
    const std::string_view name = p.self->name();
    if (r.what.is_ok()) continue;
    if (r.what.what != code::wait) {
      waits.clear();
      running.ended(r.what.what);
      status s = judged(std::move(r.what), "Permit", name);
      s.plugin = name;
      return s;
    }
    waits.push_back({std::string(name), std::min<std::chrono::milliseconds>(r.timeout, longest_permit_wait)});
    outcome = std::move(r.what);
  }
  running.ended(outcome.what);
  if (outcome.what == code::wait)
    outcome.reasons.emplace_back("one or more plugins asked to wait and no plugin rejected pod");
  return outcome;
}

std::string profile::blame(std::string_view point, const status& why) {
  return is_rejection(why.what) ? plugin_failed(point, why.plugin, why) : why.message();
}

pre_bind_result profile::pre_bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                  std::string_view node) {
  observed_stage running(cycle.watcher(), stage::pre_bind);
  for (; cycle.pre_bound < parts_->plugins.pre_bind.size(); ++cycle.pre_bound) {
    const auto& p = parts_->plugins.pre_bind[cycle.pre_bound];
    pre_bind_result r = p.ask<&pre_bind_plugin::pre_bind>(pod, nodes, cycle, node);
    cycle.written.clear();
    if (r.what.is_ok()) continue;
    running.ended(r.what.what);
    if (r.what.what == code::wait) {
      r.what.plugin = p.self->name();
      r.late = judged(std::move(r.late), "PreBind", p.self->name());
      return r;
    }
    return judged(std::move(r.what), "PreBind", p.self->name());
  }
  running.ended(code::success);
  return status::ok();
}

status profile::bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) {
  observed_stage running(cycle.watcher(), stage::bind);
  for (const auto& p : parts_->plugins.bind) {
    status s = p.ask<&bind_plugin::bind>(pod, nodes, cycle, node);
    if (s.what == code::skip) continue;
    running.ended(s.what);
    if (!s.is_ok()) return judged(std::move(s), "Bind", p.self->name());
    s.plugin = p.self->name();
    return s;
  }
  running.ended(code::skip);
  return status::skipped();
}

void profile::post_bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) {
  observed_stage running(cycle.watcher(), stage::post_bind);
  for (const auto& p : parts_->plugins.post_bind)
    parts_->report(p.ask<&post_bind_plugin::post_bind>(pod, nodes, cycle, node), "PostBind", *p.self, pod);
  running.ended(code::success);
}

}  // namespace berth::scoring
