#include "scoring/explain/shortfalls.hpp"

#include "scoring/explain/amount_text.hpp"
#include "scoring/resources.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::scoring {

namespace {

constexpr std::size_t most_names = 3;       // more nodes are only counted
constexpr std::size_t most_keys = 100'000;  // things counted apart; what a file can name beyond them is left out

}  // namespace

void shortfall_sums::add(std::string_view plugin, node_id node, shortfall one) {
  std::pair<std::string, std::string> key(plugin, one.what);
  auto at = numbers_.find(key);
  if (at == numbers_.end()) {
    if (numbers_.size() == most_keys) return;
    const bool told = sums_.size() < most_told;
    if (!told) ++untold_;
    at = numbers_.emplace(std::move(key), told ? sums_.size() : most_told).first;
    if (told) sums_.push_back({std::string(plugin), one, node, one.of_all, {}, 0});
  }
  if (at->second == most_told) return;
  sum& s = sums_[at->second];
  ++s.nodes;
  if (s.names.size() < most_names) s.names.push_back(nodes_.node(node).name);
  s.largest = std::max(s.largest, one.of_all);
  if (one.has <= s.best.has) return;
  s.best = std::move(one);
  s.best_node = node;
}

bool shortfall_sums::any_node_has(std::string_view resource) const {
  bool any = false;
  nodes_.nodes().for_each([&](node_id n) { any = any || amount_in(nodes_.node(n).allocatable, resource) > 0; });
  return any;
}

shortfall_summary shortfall_sums::summary_of(const sum& s) const {
  const std::string& best_node = nodes_.node(s.best_node).name;
  shortfall_summary out{s.plugin, "", s.nodes, "", "", "", ""};
  bool node_is_named = true;
  if (s.best.needs == 0) {
    out.text = s.best.what;
    node_is_named = !s.best.here.empty();
    if (node_is_named) out.text += fmt::format(": {} on {}", s.best.here, best_node);
  } else {
    out.resource = s.best.what;
    out.needs = amount_text(out.resource, s.best.needs, rounding::up);
    out.has = amount_text(out.resource, s.best.has, rounding::down);
    out.node = best_node;
    if (s.largest > 0) {
      out.text =
          fmt::format("needs {} {}, most {} is {} on {}", out.needs, out.resource, s.best.room, out.has, out.node);
      if (s.largest < s.best.needs)
        out.text += fmt::format(", and none is larger than {}", amount_text(out.resource, s.largest, rounding::down));
    } else if (any_node_has(out.resource)) {
      out.text = fmt::format("needs {} {}, these nodes have none", out.needs, out.resource);
      node_is_named = false;
    } else {
      out.text = fmt::format("needs {} {}: no node has {}", out.needs, out.resource, out.resource);
      node_is_named = false;
    }
  }
  if (s.nodes > most_names)
    out.text += fmt::format(" ({} nodes)", s.nodes);
  else if (s.nodes > 1 || !node_is_named)
    out.text += fmt::format(" ({})", fmt::join(s.names, ", "));
  return out;
}

shortfall_list shortfall_sums::list() const {
  shortfall_list out{{}, untold_};
  for (const sum& s : sums_) out.told.push_back(summary_of(s));
  std::stable_sort(out.told.begin(), out.told.end(),
                   [](const shortfall_summary& a, const shortfall_summary& b) { return a.nodes > b.nodes; });
  return out;
}

}  // namespace berth::scoring
