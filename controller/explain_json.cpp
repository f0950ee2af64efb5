#include "controller/explain_report.hpp"
#include "k8s/json_text.hpp"

#include <ostream>
#include <string>

namespace berth::controller {

namespace {

void append_list(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i != 0) out += ',';
    k8s::append_json_string(out, texts[i]);
  }
  out += ']';
}

void append_field(std::string& out, const char* name, const std::string& text) {
  out += ",\"";
  out += name;
  out += "\":";
  k8s::append_json_string(out, text);
}

void append_node(std::string& out, const scoring::node_verdict& node) {
  out += "{\"name\":";
  k8s::append_json_string(out, node.name);
  if (node.refused != nullptr) {
    out += ",\"feasible\":false";
    if (!node.refused->plugin.empty()) append_field(out, "plugin", std::string(node.refused->plugin));
    append_field(out, "code", std::string(scoring::name_of(node.refused->what)));
    out += ",\"reasons\":";
    append_list(out, node.refused->reasons);
  } else {
    out += ",\"feasible\":true,\"scores\":{";
    for (std::size_t i = 0; i < node.scores.size(); ++i) {
      if (i != 0) out += ',';
      k8s::append_json_string(out, node.scores[i].first);
      out += ':' + std::to_string(node.scores[i].second);
    }
    out += "},\"total\":" + std::to_string(node.total);
  }
  out += '}';
}

void append_pod(std::string& out, const pod_judgement& pod) {
  out += "{\"pod\":";
  k8s::append_json_string(out, pod.pod);
  append_field(out, "profile", pod.profile);
  if (pod.node) {
    out += ",\"node\":";
    if (pod.node->empty())
      out += "null";
    else
      k8s::append_json_string(out, *pod.node);
  }
  if (pod.fits()) {
    out += ",\"best\":";
    append_list(out, pod.why.best);
  } else if (!pod.held_back.empty()) {
    append_field(out, "message", pod.held_back);
  } else if (!pod.why.error.empty()) {
    append_field(out, "error", pod.why.error);
  } else {
    append_field(out, "message", pod.why.why.message());
  }
  if (!pod.why.nominated.empty()) append_field(out, "nominated", pod.why.nominated);
  if (pod.why.nodes.empty()) {
    out += '}';
    return;
  }
  out += ",\"nodes\":[\n";
  for (std::size_t i = 0; i < pod.why.nodes.size(); ++i) {
    if (i != 0) out += ",\n";
    out += "  ";
    append_node(out, pod.why.nodes[i]);
  }
  out += "]}";
}

}  // namespace

void write_json(std::ostream& out, const std::vector<pod_judgement>& pods) {
  out << '[';
  std::string text;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    text = i == 0 ? "\n" : ",\n";
    append_pod(text, pods[i]);
    out << text;
  }
  out << (pods.empty() ? "]\n" : "\n]\n");
}

}  // namespace berth::controller
