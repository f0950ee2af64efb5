#include "controller/offline/explain_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <string>

namespace berth::controller {

namespace {

constexpr std::size_t named_nodes = 4;   // of a group
constexpr std::size_t scored_nodes = 5;  // in the table

std::string nodes(std::size_t n) { return fmt::format("{} node{}", n, n == 1 ? "" : "s"); }

std::string shortened(const std::vector<std::string>& names) {
  const std::size_t shown = names.size() > named_nodes + 1 ? named_nodes : names.size();
  std::string out =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < names.size()) out += fmt::format(" and {} more", names.size() - shown);
  return out;
}

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

// "Insufficient cpu, Insufficient memory" with the nodes that said so, most frequent first.
void write_refusals(std::ostream& out, const pod_judgement& pod) {
  struct group {
    std::string reason;
    std::string plugin;
    std::vector<std::string> nodes;
  };
  std::map<const scoring::status*, group> by_status;
  for (const scoring::node_verdict& n : pod.why.nodes) {
    if (n.refused == nullptr) continue;
    group& g = by_status[n.refused];
    g.reason = n.refused->message();
    g.plugin = n.refused->plugin;
    g.nodes.push_back(n.name);
  }
  std::vector<group> groups;
  for (auto& [status, g] : by_status) groups.push_back(std::move(g));
  std::stable_sort(groups.begin(), groups.end(), [](const group& a, const group& b) {
    return a.nodes.size() != b.nodes.size() ? a.nodes.size() > b.nodes.size() : a.reason < b.reason;
  });
  std::size_t reason_width = 0, plugin_width = 0;
  for (const group& g : groups) {
    reason_width = std::max(reason_width, width(g.reason));
    plugin_width = std::max(plugin_width, width(g.plugin));
  }
  for (const group& g : groups)
    out << fmt::format("  {:>5}  {}  {}  {}\n", g.nodes.size(), padded(g.reason, reason_width),
                       padded(g.plugin, plugin_width), shortened(g.nodes));
}

void write_scores(std::ostream& out, const pod_judgement& pod) {
  std::vector<const scoring::node_verdict*> rows;
  for (const scoring::node_verdict& n : pod.why.nodes)
    if (n.refused == nullptr) rows.push_back(&n);
  if (rows.empty()) return;
  std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) { return a->total > b->total; });
  const std::size_t feasible = rows.size();
  if (rows.size() > scored_nodes) rows.resize(scored_nodes);
  std::size_t name_width = std::string("score").size();
  for (const auto* n : rows) name_width = std::max(name_width, width(n->name));
  out << "  " << padded("score", name_width) << "  total";
  for (const auto& [plugin, score] : rows.front()->scores) out << "  " << plugin;
  out << '\n';
  for (const auto* n : rows) {
    out << "  " << padded(n->name, name_width) << fmt::format("  {:>5}", n->total);
    for (const auto& [plugin, score] : n->scores) out << fmt::format("  {:>{}}", score, plugin.size());
    out << '\n';
  }
  if (feasible > rows.size()) out << fmt::format("  and {} more\n", nodes(feasible - rows.size()));
}

std::string verdict(const pod_judgement& pod) {
  if (!pod.held_back.empty()) return pod.held_back;
  if (!pod.why.error.empty()) return "cannot be judged: " + pod.why.error;
  if (!pod.fits()) return pod.why.why.message();
  const auto feasible = std::count_if(pod.why.nodes.begin(), pod.why.nodes.end(),
                                      [](const scoring::node_verdict& n) { return n.refused == nullptr; });
  std::string out = fmt::format("fits {} of {}", feasible, nodes(pod.why.nodes.size()));
  if (pod.node) return fmt::format("{}, goes to {}", out, *pod.node);
  return fmt::format("{}, best: {}", out, shortened(pod.why.best));
}

}  // namespace

void write_text(std::ostream& out, const std::vector<pod_judgement>& pods) {
  std::size_t fitting = 0;
  for (const pod_judgement& pod : pods) {
    fitting += pod.fits() ? 1 : 0;
    out << pod.pod << ": " << verdict(pod) << '\n';
    if (!pod.why.nominated.empty()) out << "  preemption would make room on " << pod.why.nominated << '\n';
    write_refusals(out, pod);
    write_scores(out, pod);
    out << '\n';
  }
  if (pods.empty()) {
    out << "no pending pods\n";
  } else {
    out << fmt::format("{} pending: {} fit, {} do not\n", pods.size(), fitting, pods.size() - fitting);
  }
}

}  // namespace berth::controller
