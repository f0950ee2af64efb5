#include "scoring/engine/pre_filter.hpp"

#include <algorithm>
#include <set>

namespace berth::scoring {

namespace {

using names = std::vector<std::string>;

void sort_unique(names& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

void narrow(std::optional<names>& to, names by) {
  sort_unique(by);
  if (!to) {
    to = std::move(by);
    return;
  }
  names both;
  std::set_intersection(to->begin(), to->end(), by.begin(), by.end(), std::back_inserter(both));
  to = std::move(both);
}

// As Go prints a list: "[A B]".
std::string in_brackets(const std::vector<std::string_view>& list) {
  std::string text = "[";
  for (const std::string_view name : list) {
    if (text.size() > 1) text += ' ';
    text += name;
  }
  return text + "]";
}

status nothing_left(const std::vector<std::string_view>& by) {
  if (by.size() == 1) return status::unresolvable("node(s) didn't satisfy plugin " + std::string(by.front()));
  return status::unresolvable("node(s) didn't satisfy plugin(s) " + in_brackets(by) + " simultaneously");
}

std::size_t position_of(const plugin* p, const lineup& plugins) {
  const auto there =
      std::find_if(plugins.filter.begin(), plugins.filter.end(), [&](const auto& f) { return f.self == p; });
  return static_cast<std::size_t>(there - plugins.filter.begin());
}

}  // namespace

status pre_filter_outcome::not_a_candidate() const {
  return status::unresolvable("node(s) didn't satisfy plugin(s) " + in_brackets(narrowed_by));
}

void pre_filter_outcome::nominated_refuses(const lineup& plugins, node_id node, const status& why) {
  if (!candidates) return;
  of_nominated = refusal{node, why};
  for (const auto& p : plugins.filter) {
    const std::string_view name = p.self->name();
    if (name != why.plugin) continue;
    const auto at = std::lower_bound(narrowed_by.begin(), narrowed_by.end(), name);
    if (at == narrowed_by.end() || *at != name) narrowed_by.insert(at, name);
    return;
  }
}

pre_filter_outcome run_pre_filter(const lineup& plugins, const pod_info& pod, const cluster& nodes,
                                  cycle_state& cycle) {
  pre_filter_outcome out;
  out.filters.assign(plugins.filter.size(), true);
  std::optional<names> left;
  for (const auto& p : plugins.pre_filter) {
    pre_filter_result r = p.ask<&pre_filter_plugin::pre_filter>(pod, nodes, cycle);
    const std::string_view name = p.self->name();
    const std::size_t own_filter = position_of(p.self, plugins);
    if (r.what.what == code::skip) {
      if (own_filter < out.filters.size()) out.filters[own_filter] = false;
      out.skipped.push_back(p.self);
      continue;
    }
    const bool refused = r.what.what == code::unschedulable || r.what.what == code::unschedulable_and_unresolvable;
    if (refused && r.per_node && own_filter < out.filters.size()) continue;
    if (refused) {
      r.what.plugin = name;
      out.per_node = r.per_node;
      const bool for_good = r.what.what == code::unschedulable_and_unresolvable;
      out.rejection = std::move(r.what);
      // Preemption may still help the other kind, and then needs what the plugins after this one prepare.
      if (!for_good) continue;
      out.narrowed_by.clear();
      return out;
    }
    if (!r.what.is_ok()) {
      out.error = plugin_failed("PreFilter", name, r.what);
      return out;
    }
    if (!r.node_names) continue;
    const auto at = std::lower_bound(out.narrowed_by.begin(), out.narrowed_by.end(), name);
    out.narrowed_by.insert(at, name);
    narrow(left, std::move(*r.node_names));
    if (left->empty()) {
      out.rejection = nothing_left(out.narrowed_by);
      out.per_node = false;
      return out;
    }
  }
  if (left) {
    out.candidates.emplace(nodes.universe());
    for (const std::string& name : *left)
      if (const node_id n = nodes.find_node(name); n != no_node) out.candidates->insert(n);
  }
  return out;
}

}  // namespace berth::scoring
