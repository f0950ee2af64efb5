#pragma once

#include "k8s/codec/cluster_file.hpp"
#include "k8s/codec/decode.hpp"
#include "k8s/text/json_of_value.hpp"
#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

/// Rows of upstream's plugin tests, as test/upstream_tables/make.py writes them, and the plugins that are asked what a
/// row asks.
namespace berth::test {

inline const k8s::value& member(const k8s::value& of, std::string_view name) {
  static const k8s::value none;
  const k8s::value* there = of.find(name);
  return there != nullptr ? *there : none;
}
inline const k8s::value::list& items(const k8s::value& of, std::string_view name) {
  static const k8s::value::list none;
  const k8s::value::list* there = member(of, name).as_list();
  return there != nullptr ? *there : none;
}
inline std::string text(const k8s::value& v) { return v.as_string() != nullptr ? *v.as_string() : std::string(); }
inline bool truth(const k8s::value& v) { return v.as_bool() != nullptr && *v.as_bool(); }
inline std::int64_t number(const k8s::value& v) { return v.as_int() != nullptr ? *v.as_int() : 0; }

inline std::string json(const k8s::value& v) {
  k8s::json_writer w;
  k8s::write(w, v);
  return w.take();
}
inline k8s::pod_ptr pod_in(const k8s::value& v) { return v.is_null() ? nullptr : k8s::decode_pod(json(v)).value(); }
inline k8s::node_ptr node_in(const k8s::value& v) { return v.is_null() ? nullptr : k8s::decode_node(json(v)).value(); }

// As many rows as docs/parity.md says: none is lost without notice.
inline std::vector<k8s::value> rows(const std::string& package, const std::set<std::string>& tables,
                                    std::size_t count) {
  std::ifstream file(std::string(BERTH_UPSTREAM_TABLES) + "/upstream_" + package + ".jsonl");
  std::vector<k8s::value> found;
  for (std::string line; std::getline(file, line);) {
    k8s::value row = k8s::read_value(line, "row").value();
    if (tables.contains(text(member(row, "table")))) found.push_back(std::move(row));
  }
  CHECK_MESSAGE(found.size() == count, *tables.begin());
  return found;
}

/// Hands each storage object in the text to `f`, by pointer.
template <class F>
void for_each_storage_object(const std::string& object_json, const F& f) {
  const auto objects = k8s::read_cluster(object_json, "object").value();
  for (const k8s::error& e : objects.dropped) FAIL(e.detail);
  const auto each = [&](const auto& all) {
    for (const auto& o : all) f(o);
  };
  each(objects.volumes);
  each(objects.claims);
  each(objects.storage_classes);
  each(objects.csi_nodes);
  each(objects.csi_drivers);
  each(objects.csi_storage_capacities);
  each(objects.volume_attachments);
}

inline std::string shown(const k8s::value& status) {
  const std::string code = text(member(status, "code"));
  const std::string message = text(member(status, "message"));
  return message.empty() ? code : code + ": " + message;
}

inline cluster_event event_in(const k8s::value& row, event_resource resource,
                              std::vector<std::shared_ptr<const void>>& keep) {
  cluster_event e;
  e.resource = resource;
  const auto pods = [&](const char* name) {
    const k8s::pod_ptr p = pod_in(member(row, name));
    keep.push_back(p);
    return p.get();
  };
  const auto nodes = [&](const char* name) {
    const k8s::node_ptr n = node_in(member(row, name));
    keep.push_back(n);
    return n.get();
  };
  e.old_pod = pods("old_pod");
  e.new_pod = pods("new_pod");
  e.old_node = nodes("old_node");
  e.new_node = nodes("new_node");
  return e;
}

// A plugin and a cluster, asked as the framework asks.
class asked {
 public:
  asked(const std::string& name, const std::string& args, const k8s::value& row)
      : plugin_(make(name, args)), pod(nodes.intern(pod_in(member(row, "pod")))) {
    for (const k8s::value& o : items(row, "objects")) add_object(o);
    for (const char* of : {"nodes", "failed_nodes"})
      for (const k8s::value& n : items(row, of)) nodes.set_node(node_in(n));
    for (const k8s::value& n : items(row, "nodes")) names.push_back(text(member(member(n, "metadata"), "name")));
    for (const k8s::value& p : items(row, "placed")) place(pod_in(p));
  }

  void place(const k8s::pod_ptr& p) { nodes.place(nodes.intern(p), p->node_name); }

  template <class Point>
  Point& at() {
    return dynamic_cast<Point&>(*plugin_);
  }
  pre_filter_result pre_filter() { return at<pre_filter_plugin>().pre_filter(pod, nodes, cycle); }

  /// "Unschedulable: reason" or "Success", by node name.
  std::map<std::string, std::string> filter() {
    node_set alive = nodes.nodes();
    std::vector<refusal_id> refused_by(nodes.universe(), 0);
    refusals table;
    filter_column column(alive, refused_by, table, "x");
    at<filter_plugin>().filter(pod, nodes, cycle, column);
    std::map<std::string, std::string> verdicts;
    nodes.nodes().for_each([&](node_id n) {
      const status& s = table[refused_by[n]];
      verdicts[nodes.node(n).name] = refused_by[n] == 0 ? "Success" : shown(s);
    });
    return verdicts;
  }

  status pre_score() {
    list.clear();
    for (const std::string& name : names) list.push_back(nodes.find_node(name));
    std::sort(list.begin(), list.end());
    return at<pre_score_plugin>().pre_score(pod, nodes, cycle, list);
  }
  std::map<std::string, std::int64_t> scores() {
    std::vector<std::int64_t> out(list.size(), 0);
    score_column column(list, out);
    CHECK(at<score_plugin>().score(pod, nodes, cycle, column).is_ok());
    CHECK(at<score_plugin>().normalize(pod, nodes, cycle, column).is_ok());
    std::map<std::string, std::int64_t> by_name;
    for (std::size_t i = 0; i < list.size(); ++i) by_name[nodes.node(list[i]).name] = out[i];
    return by_name;
  }

  bool hint(const cluster_event& e) { return plugin_->queueing_hint(pod, e); }

  static std::string shown(const status& s) {
    std::string code = s.what == code::success ? "Success"
                       : s.what == code::skip  ? "Skip"
                                               : std::string(name_of(s.what));
    return s.reasons.empty() ? code : code + ": " + s.message();
  }

 private:
  static std::unique_ptr<plugin> make(const std::string& name, const std::string& args) {
    const k8s::value tree = args.empty() ? k8s::value() : k8s::read_value(args, "args").value();
    arguments read(tree, "args");
    const registry all = default_registry();
    return (*all.find(name))(read, {"berth"});
  }
  void add_object(const k8s::value& o) {
    const std::string kind = text(member(o, "kind"));
    if (kind == "Namespace") return nodes.set_namespace(k8s::decode_namespace(json(o)).value());
    if (kind == "Service") {
      const auto s = k8s::decode_object<k8s::label_selecting>(json(o)).value();
      return nodes.workload_selectors().set(selecting_kind::service, s->key, s->selector);
    }
    if (kind != "ReplicaSet") return for_each_storage_object(json(o), [&](const auto& s) { nodes.storage().set(s); });
    const auto s = k8s::decode_object<k8s::workload_selecting>(json(o)).value();
    nodes.workload_selectors().set(selecting_kind::replica_set, s->key, s->selector);
  }

  std::unique_ptr<plugin> plugin_;

 public:
  live_cluster nodes;
  pod_info pod;
  cycle_state cycle;
  std::vector<std::string> names;
  std::vector<node_id> list;
};

}  // namespace berth::test
