#include "scoring/engine/trial.hpp"

#include "scoring/engine/scan.hpp"
#include "scoring/nominations.hpp"

#include <algorithm>

namespace berth::scoring {

filter_trial::filter_trial(const lineup& plugins, const pod_info& pod, const cluster& nodes, const cycle_state& cycle,
                           const pre_filter_outcome& first)
    : plugins_(plugins),
      pod_(pod),
      nodes_(nodes),
      original_(cycle),
      first_(first),
      alone_(nodes.universe()),
      refused_by_(nodes.universe(), 0) {}

void filter_trial::begin(node_id n) {
  node_ = n;
  tried_.reset();
  tried_.emplace(nodes_, n);
  cycle_.reset();
  beside_ = 0;
}

cycle_state& filter_trial::cycle() {
  if (!cycle_) cycle_ = original_.clone();
  return *cycle_;
}

status filter_trial::remove_pod(const pod_info& placed) {
  const pod_info kept = placed;  // it may be part of what changes now
  tried_->remove(kept);
  return tell(false, kept, cycle());
}

status filter_trial::add_pod(const pod_info& pod) {
  const pod_info kept = pod;
  tried_->add(kept);
  return tell(true, kept, cycle());
}

status filter_trial::tell(bool added, const pod_info& other, cycle_state& cycle) {
  for (const auto& p : plugins_.extensions) {
    if (std::find(first_.skipped.begin(), first_.skipped.end(), p.self) != first_.skipped.end()) continue;
    const status s = added ? p.ask<&pre_filter_extensions::add_pod>(pod_, nodes_, cycle, other, node_)
                           : p.ask<&pre_filter_extensions::remove_pod>(pod_, nodes_, cycle, other, node_);
    if (!s.is_ok())
      return status::failed(std::string("running ") + (added ? "AddPod" : "RemovePod") + " on PreFilter plugin \"" +
                            std::string(p.self->name()) + "\": " + s.message());
  }
  return status::ok();
}

status filter_trial::run(cycle_state& cycle) {
  refusals table;
  alone_.insert(node_);
  refused_by_[node_] = 0;
  for (std::size_t i = 0; i < plugins_.filter.size() && !alone_.empty(); ++i) {
    if (!first_.filters[i]) continue;
    std::string error = run_filter(plugins_.filter[i], pod_, nodes_, cycle, alone_, refused_by_, table);
    if (error.empty()) continue;
    alone_.erase(node_);
    refused_by_[node_] = 0;
    return status::failed(std::move(error));
  }
  alone_.erase(node_);
  status found = table[refused_by_[node_]];
  refused_by_[node_] = 0;
  return found;
}

bool filter_trial::asks(std::string_view filter_plugin) const {
  for (std::size_t i = 0; i < plugins_.filter.size(); ++i)
    if (plugins_.filter[i].self->name() == filter_plugin) return first_.filters[i];
  return false;
}

status filter_trial::filter() {
  bool any = false;
  status s = filter_beside_nominated(any);
  take_out_nominated();
  if (any && !s.is_ok()) return s;
  return run(cycle());
}

status filter_trial::filter_beside_nominated(bool& any) {
  any = false;
  const auto nominated = nodes_.nominated().on(nodes_.node(node_).name);
  if (std::none_of(nominated.begin(), nominated.end(), [&](const pod_info& p) { return holds_room_against(p, pod_); }))
    return status::ok();
  any = true;
  cycle_state beside = (cycle_ ? *cycle_ : original_).clone();
  for (const pod_info& p : nominated) {
    if (!holds_room_against(p, pod_)) continue;
    tried_->add(p);
    ++beside_;
    if (status s = tell(true, p, beside); !s.is_ok()) return s;
  }
  return run(beside);
}

void filter_trial::take_out_nominated() {
  for (const pod_info& p : nodes_.nominated().on(nodes_.node(node_).name)) {
    if (beside_ == 0) return;
    if (!holds_room_against(p, pod_)) continue;
    tried_->remove(p);
    --beside_;
  }
}

std::string yield_to_nominated(const lineup& plugins, const pod_info& pod, const cluster& nodes,
                               const cycle_state& cycle, const pre_filter_outcome& first, node_set& alive,
                               std::vector<refusal_id>& refused_by, refusals& table) {
  if (nodes.nominated().empty()) return {};
  filter_trial trial(plugins, pod, nodes, cycle, first);
  std::string error;
  nodes.nominated().for_each_node([&](std::string_view name, std::span<const pod_info> nominated) {
    const node_id n = nodes.find_node(name);
    if (!error.empty() || n == no_node || !alive.contains(n)) return;
    if (std::none_of(nominated.begin(), nominated.end(), [&](const pod_info& p) { return holds_room_against(p, pod); }))
      return;
    trial.begin(n);
    bool any = false;
    const status s = trial.filter_beside_nominated(any);
    if (s.is_ok()) return;
    if (!is_rejection(s.what)) {
      error = s.message();
      return;
    }
    alive.erase(n);
    if (refused_by.empty()) refused_by.assign(nodes.universe(), 0);
    refused_by[n] = table.intern(s);
  });
  return error;
}

}  // namespace berth::scoring
