#include "controller/offline/explain_report.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

namespace berth::controller {

namespace {

constexpr std::size_t named_nodes = 4;    // of a group
constexpr std::size_t scored_nodes = 5;   // in the table
constexpr std::size_t told_reasons = 12;  // rows of refused nodes
constexpr std::size_t told_shortfalls = 10;
constexpr std::size_t told_remedies = 4;
constexpr std::size_t reason_bytes = 256;  // of one reason

// Terminals count characters, not bytes. Wide ones are taken for one column; it is only a table.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(std::string text, std::size_t to) {
  const std::size_t has = width(text);
  if (has < to) text.append(to - has, ' ');
  return text;
}

struct refusal {
  std::string reason;
  std::string plugin;
  std::vector<std::string> nodes;
};

// Most frequent first.
std::vector<refusal> refusals_of(const pod_judgement& pod) {
  std::map<const scoring::status*, std::size_t> by_status;  // to position in `all`: few statuses, many nodes
  std::map<std::pair<std::string, std::string>, std::size_t> by_text;
  std::vector<refusal> all;
  for (const scoring::node_verdict& n : pod.why.nodes) {
    if (n.refused == nullptr) continue;
    const auto [at, is_new] = by_status.try_emplace(n.refused, 0);
    if (is_new) {
      const auto [text, is_first] = by_text.try_emplace({n.refused->message(), n.refused->plugin}, all.size());
      if (is_first) all.push_back({k8s::excerpt(text->first.first, reason_bytes), n.refused->plugin, {}});
      at->second = text->second;
    }
    all[at->second].nodes.push_back(n.name);
  }
  std::stable_sort(all.begin(), all.end(), [](const refusal& a, const refusal& b) {
    return std::make_tuple(b.nodes.size(), std::cref(a.reason)) < std::make_tuple(a.nodes.size(), std::cref(b.reason));
  });
  return all;
}

// "Insufficient cpu, Insufficient memory" with the nodes that said so.
std::string refusal_lines(const pod_judgement& pod) {
  std::vector<refusal> all = refusals_of(pod);
  std::size_t untold = 0;
  if (all.size() > told_reasons + 1) {
    for (auto r = all.begin() + told_reasons; r != all.end(); ++r) untold += r->nodes.size();
    all.resize(told_reasons);
  }
  std::size_t reason_width = 0, plugin_width = 0;
  for (const refusal& r : all) {
    reason_width = std::max(reason_width, width(r.reason));
    plugin_width = std::max(plugin_width, width(r.plugin));
  }
  std::string out;
  for (const refusal& r : all)
    out += fmt::format("  {:>5}  {}  {}  {}\n", r.nodes.size(), padded(r.reason, reason_width),
                       padded(r.plugin, plugin_width), k8s::excerpt(shortened(r.nodes), 5 * reason_bytes));
  if (untold != 0) out += fmt::format("  {:>5}  for other reasons\n", untold);
  return out;
}

std::string shortfall_lines(const scoring::shortfall_list& all) {
  const std::size_t shown = all.told.size() > told_shortfalls + 1 ? told_shortfalls : all.told.size();
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) out += "  " + k8s::excerpt(all.told[i].text, 4 * reason_bytes) + "\n";
  const std::size_t untold = all.told.size() - shown + all.untold;
  if (untold != 0) out += fmt::format("  and {} things more that are missing\n", untold);
  return out;
}

std::string remedy_lines(const scoring::remedy_list& all, bool preempts) {
  const char* how = preempts ? " without preemption" : "";
  if (all.told.empty() && all.complete)
    return fmt::format("  no single change lets it fit{}, of those that berth tries\n", how);
  if (all.told.empty())
    return fmt::format("  no single change was found that lets it fit{}; not all were tried, but {}\n", how, all.tried);
  const std::string first = fmt::format("  to fit{}: ", how);
  const std::size_t shown = all.told.size() > told_remedies + 1 ? told_remedies : all.told.size();
  std::string out;
  for (std::size_t i = 0; i < shown; ++i)
    out += (i == 0 ? first : "      or: ") + k8s::excerpt(all.told[i].sentence(), 4 * reason_bytes) + "\n";
  if (shown < all.told.size()) out += fmt::format("      or one of {} larger changes\n", all.told.size() - shown);
  return out;
}

std::string score_lines(const pod_judgement& pod) {
  std::vector<const scoring::node_verdict*> rows;
  for (const scoring::node_verdict& n : pod.why.nodes)
    if (n.refused == nullptr) rows.push_back(&n);
  if (rows.empty()) return "";
  std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) { return a->total > b->total; });
  const std::size_t feasible = rows.size();
  if (rows.size() > scored_nodes) rows.resize(scored_nodes);
  std::size_t name_width = std::string("score").size();
  for (const auto* n : rows) name_width = std::max(name_width, width(n->name));
  std::string out = "  " + padded("score", name_width) + "  total";
  for (const auto& [plugin, score] : rows.front()->scores) out += fmt::format("  {}", plugin);
  out += '\n';
  for (const auto* n : rows) {
    out += "  " + padded(k8s::excerpt(n->name, reason_bytes), name_width) + fmt::format("  {:>5}", n->total);
    for (const auto& [plugin, score] : n->scores) out += fmt::format("  {:>{}}", score, plugin.size());
    out += '\n';
  }
  const std::size_t more = feasible - rows.size();
  if (more != 0) out += fmt::format("  and {} node{} more\n", more, more == 1 ? "" : "s");
  return out;
}

}  // namespace

std::string shortened(const std::vector<std::string>& names) {
  const std::size_t shown = names.size() > named_nodes + 1 ? named_nodes : names.size();
  std::string out =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < names.size()) out += fmt::format(" and {} more", names.size() - shown);
  return out;
}

std::string details_of(const pod_judgement& pod, shown_nodes nodes) {
  std::string out;
  if (!pod.why.nominated.empty() && !(pod.node && pod.finds_node()))
    out += "  preemption would make room on " + k8s::excerpt(pod.why.nominated, reason_bytes) +
           (pod.why.victims.empty() ? "" : " by evicting " + shortened(pod.why.victims)) + "\n";
  if (nodes == shown_nodes::all || nodes == shown_nodes::refused) out += refusal_lines(pod);
  if (nodes != shown_nodes::best) out += shortfall_lines(pod.why.shortfalls);
  if (pod.remedies != nullptr) out += remedy_lines(*pod.remedies, !pod.why.nominated.empty());
  if (nodes == shown_nodes::all || nodes == shown_nodes::best) out += score_lines(pod);
  return out;
}

}  // namespace berth::controller
