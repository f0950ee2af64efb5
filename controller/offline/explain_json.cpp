#include "controller/offline/explain_report.hpp"
#include "k8s/text/json_writer.hpp"

#include <algorithm>
#include <ostream>
#include <string>

namespace berth::controller {

namespace {

void write_list(k8s::json_writer& w, std::string_view name, const std::vector<std::string>& texts) {
  w.begin_list(name);
  for (const std::string& text : texts) w.text(text);
  w.end_list();
}

void write_node(k8s::json_writer& w, const scoring::node_verdict& node) {
  w.begin_object().member("name", node.name).key("feasible").boolean(node.refused == nullptr);
  if (node.refused != nullptr) {
    w.member_if_any("plugin", node.refused->plugin).member("code", scoring::name_of(node.refused->what));
    write_list(w, "reasons", node.refused->reasons);
  } else {
    w.begin_object("scores");
    for (const auto& [plugin, score] : node.scores) w.member(plugin, score);
    w.end_object().member("total", node.total);
  }
  w.end_object();
}

void write_shortfalls(k8s::json_writer& w, const scoring::shortfall_list& all) {
  if (all.told.empty()) return;
  w.begin_list("shortfalls");
  for (const scoring::shortfall_summary& s : all.told) {
    w.begin_object().member_if_any("plugin", s.plugin).member("nodes", static_cast<std::int64_t>(s.nodes));
    w.member("text", s.text).member_if_any("resource", s.resource).member_if_any("needs", s.needs);
    w.member_if_any("has", s.has).member_if_any("node", s.node).end_object();
  }
  w.end_list();
}

void write_remedies(k8s::json_writer& w, const scoring::remedy_list& all) {
  w.begin_list("remedies");
  for (const scoring::remedy& r : all.told) {
    w.begin_object().member("change", r.change).member("text", r.text).member("node", r.node);
    w.member("nodes", static_cast<std::int64_t>(r.nodes)).member_if_any("resource", r.resource);
    w.member_if_any("from", r.from).member_if_any("to", r.to).end_object();
  }
  w.end_list().key("allTried").boolean(all.complete);
}

bool is_shown(const scoring::node_verdict& node, const pod_judgement& pod, shown_nodes nodes) {
  if (nodes == shown_nodes::refused) return node.refused != nullptr;
  if (nodes == shown_nodes::best) return std::binary_search(pod.why.best.begin(), pod.why.best.end(), node.name);
  return true;
}

void write_pod(k8s::json_writer& w, const pod_judgement& pod, shown_nodes nodes) {
  w.begin_object().member("pod", pod.pod).member("profile", pod.profile);
  if (pod.node && pod.node->empty()) w.key("node").null();
  if (pod.node) w.member_if_any("node", *pod.node);
  if (pod.fits()) {
    write_list(w, "best", pod.why.best);
  } else if (!pod.why.error.empty()) {
    w.member("error", pod.why.error);
  } else {
    w.member("message", pod.held_back.empty() ? pod.why.why.message() : pod.held_back);
  }
  w.member_if_any("nominated", pod.why.nominated);
  if (!pod.why.victims.empty()) write_list(w, "victims", pod.why.victims);
  write_shortfalls(w, pod.why.shortfalls);
  if (pod.remedies != nullptr) write_remedies(w, *pod.remedies);
  if (nodes != shown_nodes::none) {
    w.begin_list("nodes");
    for (const scoring::node_verdict& node : pod.why.nodes)
      if (is_shown(node, pod, nodes)) write_node(w, node);
    w.end_list();
  }
  w.end_object();
}

}  // namespace

void json_report::add(const pod_judgement& pod) {
  k8s::json_writer w;
  write_pod(w, pod, nodes_);
  to_ << (pods_ == 0 ? "[\n" : ",\n") << w.take();
  ++pods_;
}

void json_report::finish() { to_ << (pods_ == 0 ? "[]\n" : "\n]\n"); }

void write_json(std::ostream& out, const std::vector<pod_judgement>& pods) {
  json_report report(out);
  for (const pod_judgement& pod : pods) report.add(pod);
  report.finish();
}

}  // namespace berth::controller
