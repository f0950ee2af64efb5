#pragma once

#include "scoring/effects.hpp"
#include "scoring/index/live_cluster.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/registry.hpp"
#include "test/scoring/fakes.hpp"
#include "test/support/objects.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// DefaultPreemption beside NodeResourcesFit, asked about the rows of upstream's default_preemption_test.go, in its
/// numbers.
namespace berth::test {

inline constexpr int negative = -100, low = 0, mid = 100, high = 1000, very_high = 10000;
enum size { none = 0, small = 100, medium = 200, large = 300, very_large = 500 };

inline make_pod pod(const char* name, int priority, size s, std::optional<int> started = std::nullopt) {
  make_pod p(name);
  p.priority(priority);
  if (s != none) p.cpu(std::to_string(s) + "m").memory(std::to_string(s));
  if (started) p.started(*started);
  return p;
}

// Refuses nodes as a row says they were refused, until victims are taken out: from then on the others decide.
class refuses_at_first final : public fake,
                               public pre_filter_plugin,
                               public pre_filter_extensions,
                               public node_filter_plugin {
 public:
  using fake::fake;
  std::map<std::string, code>* by_node = nullptr;
  const bool* always = nullptr;  ///< then it refuses them in the trials too
  struct state {
    bool trying = false;
  };
  pre_filter_result pre_filter(const pod_info&, const cluster&, cycle_state& cycle) const override {
    cycle.of<state>(this, [] { return state{}; });
    return {};
  }
  status add_pod(const pod_info&, const cluster&, cycle_state&, const pod_info&, node_id) const override { return {}; }
  status remove_pod(const pod_info& p, const cluster& c, cycle_state& cycle, const pod_info&,
                    node_id n) const override {
    cycle.find<state>(this)->trying = true;
    if (c.node(n).labels.contains("error")) return status::failed("failed to remove pod: " + p.pod->key.name);
    return {};
  }
  status filter_node(const pod_info&, const cluster& c, cycle_state& cycle, node_id n) const override {
    if (cycle.find<state>(this)->trying && !*always) return {};
    const auto there = by_node->find(c.node(n).name);
    return there == by_node->end() ? status::unresolvable("absent") : status{there->second, {"said"}, {}};
  }
};

struct preemption_table {
  preemption_table() {
    f.add<refuses_at_first>("Said", [this](refuses_at_first& r) {
      r.by_node = &refusals;
      r.always = &always;
    });
    for (const auto& [name, make] : {std::pair{"NodeResourcesFit", &make_node_resources_fit},
                                     std::pair{"DefaultPreemption", &make_default_preemption}}) {
      f.plugins.add(name, make);
      f.config.multi_point.enabled.push_back({name, 0, "test"});
    }
  }
  preemption_table& node(const char* name, size s, const char* pods = "32") {
    make_node n(name);
    n.empty().pods(pods);
    if (s != none) n.cpu(std::to_string(s) + "m").memory(std::to_string(s));
    return node(n);
  }
  preemption_table& node(make_node n) {
    const k8s::node_ptr made = n;
    nodes.set_node(made);
    refusals.emplace(made->name, code::unschedulable);
    return *this;
  }
  preemption_table& on(const char* node, make_pod p) {
    nodes.place(nodes.intern(p), node);
    return *this;
  }
  preemption_table& budget(const char* name, const char* label, int allowed, std::vector<std::string> disrupted = {}) {
    k8s::disruption_budget b;
    b.key = {"default", name};
    b.selector.emplace().match_labels.set("app", label);
    b.disruptions_allowed = allowed;
    for (std::string& d : disrupted) b.disrupted_pods.set(std::move(d), "2026-01-01T00:00:00Z");
    nodes.set_disruption_budget(std::make_shared<const k8s::disruption_budget>(std::move(b)));
    return *this;
  }
  // What PostFilter says, and after " -> " the node and its victims; nothing after it where the nomination stays.
  std::string run(make_pod preemptor) {
    scoring::profile p = f.make();
    cycle_state cycle;
    std::mt19937_64 random;
    const pod_info info = nodes.intern(preemptor);
    const auto decided = p.schedule(info, nodes, cycle, random);
    if (const auto* placed = std::get_if<placement>(&decided)) return "placed on " + placed->node;
    const auto& why = std::get<diagnosis>(decided);
    std::string text = why.post_filter_message;
    if (why.nominated) text += " -> " + *why.nominated;
    if (const auto evict = cycle.out().take_one<preempt_pods>())
      for (const std::string& uid : evict->victims) text += " " + nodes.find_placed(uid)->pod->key.name;
    return text;
  }
  // Where preemption would make room, by name: "n1: victims; n2: victims, 1 protected", with victims by name.
  std::string candidates(make_pod preemptor) {
    scoring::profile p = f.make();
    cycle_state cycle;
    cycle.proposes_preemptions = true;
    std::mt19937_64 random;
    const auto decided = p.schedule(nodes.intern(preemptor), nodes, cycle, random);
    if (const auto* placed = std::get_if<placement>(&decided)) return "placed on " + placed->node;
    const auto all = cycle.out().take_one<propose_preemptions>();
    std::vector<std::string> lines;
    for (const preempt_pods& c : all ? all->candidates : std::vector<preempt_pods>{}) {
      std::vector<std::string> names;
      for (const std::string& uid : c.victims) names.push_back(nodes.find_placed(uid)->pod->key.name);
      std::sort(names.begin(), names.end());
      std::string line = c.node + ":";
      for (const std::string& name : names) line += " " + name;
      if (c.violations != 0) line += ", " + std::to_string(c.violations) + " protected";
      lines.push_back(std::move(line));
    }
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& line : lines) text += (text.empty() ? "" : "; ") + line;
    return text;
  }
  preemption_table& beside(const char* plugin, const plugin_factory& make) {
    f.plugins.add(plugin, make);
    f.config.multi_point.enabled.push_back({plugin, 0, "test"});
    return *this;
  }
  preemption_table& refusing_always() {
    always = true;
    return *this;
  }
  std::map<std::string, code> refusals;
  bool always = false;
  live_cluster nodes;
  fake_profile f;
};

}  // namespace berth::test
