#include "controller/offline/explain_report.hpp"
#include "k8s/text/json_writer.hpp"

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

void write_pod(k8s::json_writer& w, const pod_judgement& pod) {
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
  w.begin_list("nodes");
  for (const scoring::node_verdict& node : pod.why.nodes) write_node(w, node);
  w.end_list().end_object();
}

}  // namespace

void write_json(std::ostream& out, const std::vector<pod_judgement>& pods) {
  out << '[';
  const char* separator = "\n";
  for (const pod_judgement& pod : pods) {
    k8s::json_writer w;
    write_pod(w, pod);
    out << separator << w.take();
    separator = ",\n";
  }
  out << (pods.empty() ? "]\n" : "\n]\n");
}

}  // namespace berth::controller
