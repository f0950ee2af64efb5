#include "scoring/preemption/search.hpp"

#include "scoring/index/live_cluster.hpp"
#include "scoring/plugins/plugins.hpp"
#include "test/scoring/fakes.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace berth;
using namespace berth::test;

namespace {

// In place of DefaultPreemption: says which node is the best and who would have to leave it, and evicts nobody.
class searches final : public fake, public post_filter_plugin {
 public:
  using fake::fake;
  const bool* by_bounds = nullptr;

  post_filter_result post_filter(const pod_info& pod, const cluster& nodes, cycle_state&, const diagnosis& why,
                                 filters_again& again) const override {
    victim_search search(pod, nodes, why, again);
    if (*by_bounds) {
      const std::optional<preemption_candidate> best = search.best();
      return said(best ? text(*best, nodes) : search.unhelpful().message());
    }
    const std::vector<preemption_candidate> all = search.all();
    return said(all.empty() ? search.unhelpful().message() : text(all[choose_candidate(all)], nodes));
  }

 private:
  static post_filter_result said(std::string what) { return {status::refuse(std::move(what)), std::nullopt}; }
  static std::string text(const preemption_candidate& c, const cluster& nodes) {
    std::string out = "best: " + nodes.node(c.node).name + " " + std::to_string(c.violations);
    for (const pod_info& v : c.victims) out += " " + v.pod->key.name;
    return out;
  }
};

struct random_preemption {
  explicit random_preemption(std::uint32_t seed, bool fit) : draw(seed) {
    std::vector<std::pair<const char*, plugin_factory>> used{{"NodePorts", &make_node_ports}};
    if (fit) used.emplace_back("NodeResourcesFit", &make_node_resources_fit);
    for (const auto& [name, make] : used) {
      f.plugins.add(name, make);
      f.config.multi_point.enabled.push_back({name, 0, "test"});
    }
    f.add<searches>("Searches", [this](searches& s) { s.by_bounds = &by_bounds; });
    for (int n = 0; n < 8; ++n) set_node(n);
    for (int i = 0; i < 120; ++i) change();
    for (int b = 0; b < upto(3); ++b) {
      k8s::disruption_budget budget;
      budget.key = {"default", "b" + std::to_string(b)};
      budget.selector.emplace().match_labels.set("app", "a" + std::to_string(b));
      budget.disruptions_allowed = upto(2);
      nodes.set_disruption_budget(std::make_shared<const k8s::disruption_budget>(std::move(budget)));
    }
  }
  int upto(int most) { return std::uniform_int_distribution<int>(0, most)(draw); }

  void set_node(int n) {
    nodes.set_node(make_node("n" + std::to_string(n)).empty().cpu("4").memory("4Gi").pods(std::to_string(3 + upto(4))));
  }

  // A pod is placed, moved, removed or nominated; now and then a node goes, or comes back with room for more or fewer
  // pods.
  void change() {
    if (upto(4) == 0) return nominate();
    if (upto(19) == 0) return upto(3) == 0 ? nodes.remove_node("n" + std::to_string(upto(7))) : set_node(upto(7));
    const std::string name = "p" + std::to_string(upto(60));
    if (upto(4) == 0) return nodes.remove("default-" + name);
    make_pod p(name);
    p.priority(upto(3) * 10).cpu(std::to_string(upto(6) * 500) + "m").memory(std::to_string(upto(4)) + "Gi");
    p.label("app", "a" + std::to_string(upto(2)));
    if (upto(3) != 0) p.started(1000 + upto(3));
    if (upto(5) == 0) p.host_port(80);
    nodes.place(nodes.intern(p), "n" + std::to_string(upto(12)));  // n12 is not known
  }

  // Waits for a node, or is placed on one all the same; or does not wait any more.
  void nominate() {
    const std::string name = upto(9) == 0 ? "p" + std::to_string(upto(60)) : "w" + std::to_string(upto(6));
    if (upto(3) == 0) return nodes.nominations().remove("default-" + name);
    make_pod p(name);
    p.priority(upto(4) * 10).cpu(std::to_string(upto(4) * 500) + "m").memory(std::to_string(upto(2)) + "Gi");
    nodes.nominations().set(nodes.intern(p), "n" + std::to_string(upto(8)));
  }

  make_pod preemptor() {
    make_pod p("new");
    p.priority(upto(4) * 10).cpu(std::to_string(2 + upto(2))).memory(std::to_string(upto(4)) + "Gi");
    return upto(1) == 0 ? p : p.host_port(80);
  }
  std::string search(bool bounds, const pod_info& pod) {
    by_bounds = bounds;
    scoring::profile judge = f.make();
    cycle_state cycle;
    std::mt19937_64 random;
    const decision made = judge.schedule(pod, nodes, cycle, random);
    const auto* why = std::get_if<diagnosis>(&made);
    return why == nullptr ? "fits" : why->post_filter_message;
  }

  std::mt19937 draw;
  live_cluster nodes;
  fake_profile f;
  bool by_bounds = false;
};

}  // namespace

TEST_CASE("the search by bounds finds the node and the victims that trying every node finds") {
  std::map<std::string, std::size_t> seen;
  for (const bool fit : {true, false}) {
    for (std::uint32_t seed = 0; seed < 150; ++seed) {
      CAPTURE(seed);
      random_preemption world(seed, fit);
      pod_info pod;
      for (int i = 0; i < 6; ++i) {
        if (i % 3 == 0) pod = world.nodes.intern(world.preemptor());  // the next of the same kind, or of another
        const std::string thorough = world.search(false, pod);
        CHECK(world.search(true, pod) == thorough);
        ++seen[thorough.substr(0, 2)];
        for (int k = 0; k < 5; ++k) world.change();
      }
    }
  }
  CHECK(seen["be"] > 100);  // best: ...
  CHECK(seen["0/"] > 100);  // 0/8 nodes are available: ...
}
