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
    s = status::failed("running " + std::string(point) + " plugin \"" + std::string(plugin) + "\": " + s.message());
  return s;
}

}  // namespace

status profile::reserve(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) {
  observed_stage running(cycle.watcher(), stage::reserve);
  for (const auto& p : parts_->plugins.reserve) {
    status s = p.call->reserve(pod, nodes, cycle, node);
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
  std::for_each(plugins.rbegin(), plugins.rend(), [&](const auto& p) { p.call->unreserve(pod, nodes, cycle, node); });
  running.ended(code::success);
}

status profile::permit(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node,
                       std::vector<permit_wait>& waits) {
  waits.clear();
  observed_stage running(cycle.watcher(), stage::permit);
  status outcome;
  for (const auto& p : parts_->plugins.permit) {
    permit_result r = p.call->permit(pod, nodes, cycle, node);
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

status profile::pre_bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) {
  observed_stage running(cycle.watcher(), stage::pre_bind);
  for (const auto& p : parts_->plugins.pre_bind) {
    status s = p.call->pre_bind(pod, nodes, cycle, node);
    if (s.is_ok()) continue;
    running.ended(s.what);
    return judged(std::move(s), "PreBind", p.self->name());
  }
  running.ended(code::success);
  return status::ok();
}

status profile::bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) {
  observed_stage running(cycle.watcher(), stage::bind);
  for (const auto& p : parts_->plugins.bind) {
    status s = p.call->bind(pod, nodes, cycle, node);
    if (s.what == code::skip) continue;
    running.ended(s.what);
    return s.is_ok() ? s : judged(std::move(s), "Bind", p.self->name());
  }
  running.ended(code::skip);
  return status::skipped();
}

void profile::post_bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) {
  observed_stage running(cycle.watcher(), stage::post_bind);
  for (const auto& p : parts_->plugins.post_bind) p.call->post_bind(pod, nodes, cycle, node);
  running.ended(code::success);
}

}  // namespace berth::scoring
