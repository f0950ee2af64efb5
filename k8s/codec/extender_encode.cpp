#include "k8s/api/extender.hpp"
#include "k8s/text/json_writer.hpp"

namespace berth::k8s {

namespace {

// Room for what stands beside the texts and names: brackets, field names, quotes.
constexpr std::size_t spare_bytes = 512;

std::size_t size_of(const std::optional<std::vector<object_text>>& objects) {
  std::size_t bytes = 0;
  if (!objects) return bytes;
  for (const object_text& o : *objects) bytes += o.json.size() + 1;
  return bytes;
}

std::size_t size_of(const std::optional<std::vector<std::string>>& names) {
  std::size_t bytes = 0;
  if (!names) return bytes;
  for (const std::string& n : *names) bytes += n.size() + 3;
  return bytes;
}

void write_object(json_writer& w, const object_text& object) { object.json.empty() ? w.null() : w.json(object.json); }

void write_nodes(json_writer& w, const std::optional<std::vector<object_text>>& nodes) {
  w.key("Nodes");
  if (!nodes) {
    w.null();
    return;
  }
  w.begin_object().begin_object("metadata").end_object().begin_list("items");
  for (const object_text& n : *nodes) write_object(w, n);
  w.end_list().end_object();
}

void write_names(json_writer& w, const std::optional<std::vector<std::string>>& names) {
  w.key("NodeNames");
  if (!names) {
    w.null();
    return;
  }
  w.begin_list();
  for (const std::string& n : *names) w.text(n);
  w.end_list();
}

void write_reasons(json_writer& w, std::string_view name, const string_map& reasons) {
  w.begin_object(name);
  for (const auto& [node, why] : reasons) w.member(node, why);
  w.end_object();
}

void write_meta_victims(json_writer& w, const extender_meta_victims_map& by_node) {
  w.begin_object("NodeNameToMetaVictims");
  for (const auto& [node, victims] : by_node) {
    w.begin_object(node).begin_list("Pods");
    for (const std::string& uid : victims.uids) w.begin_object().member("UID", uid).end_object();
    w.end_list().member("NumPDBViolations", victims.pdb_violations).end_object();
  }
  w.end_object();
}

}  // namespace

std::string encode(const extender_args& args) {
  json_writer w;
  w.reserve(args.pod.json.size() + size_of(args.nodes) + size_of(args.node_names) + spare_bytes);
  w.begin_object().key("Pod");
  write_object(w, args.pod);
  write_nodes(w, args.nodes);
  write_names(w, args.node_names);
  return w.end_object().take();
}

std::string encode(const extender_filter_result& filtered) {
  json_writer w;
  w.reserve(size_of(filtered.nodes) + size_of(filtered.node_names) + spare_bytes);
  w.begin_object();
  write_nodes(w, filtered.nodes);
  write_names(w, filtered.node_names);
  write_reasons(w, "FailedNodes", filtered.failed);
  write_reasons(w, "FailedAndUnresolvableNodes", filtered.failed_and_unresolvable);
  return w.member("Error", filtered.error).end_object().take();
}

std::string encode(const std::vector<host_priority>& priorities) {
  json_writer w;
  w.begin_list();
  for (const host_priority& p : priorities) {
    w.begin_object().member("Host", p.host).member("Score", p.score).end_object();
  }
  return w.end_list().take();
}

std::string encode(const extender_preemption_args& args) {
  json_writer w;
  w.begin_object().key("Pod");
  write_object(w, args.pod);
  if (args.victims) {
    w.begin_object("NodeNameToVictims");
    for (const auto& [node, victims] : *args.victims) {
      w.begin_object(node).begin_list("Pods");
      for (const object_text& pod : victims.pods) write_object(w, pod);
      w.end_list().member("NumPDBViolations", victims.pdb_violations).end_object();
    }
    w.end_object();
  } else {
    w.key("NodeNameToVictims").null();
  }
  if (args.meta_victims) {
    write_meta_victims(w, *args.meta_victims);
  } else {
    w.key("NodeNameToMetaVictims").null();
  }
  return w.end_object().take();
}

std::string encode(const extender_preemption_result& preempted) {
  json_writer w;
  w.begin_object();
  write_meta_victims(w, preempted.meta_victims);
  return w.end_object().take();
}

std::string encode(const extender_binding_args& args) {
  json_writer w;
  w.begin_object().member("PodName", args.pod.name).member("PodNamespace", args.pod.namespace_);
  return w.member("PodUID", args.uid).member("Node", args.node).end_object().take();
}

std::string encode(const extender_binding_result& bound) {
  json_writer w;
  return w.begin_object().member("Error", bound.error).end_object().take();
}

}  // namespace berth::k8s
