#include "scoring/reservations/reservations.hpp"
#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

using namespace berth;
using namespace berth::test;

/// NodeReservation against a naive model of what docs/reservations.md says, over clusters that change at random.
namespace {

struct model_reservation {
  std::string id;
  std::string for_workload;  ///< "" for nobody
  std::map<std::string, int> amounts;
};

struct model_pod {
  std::string name;
  std::string workload;
  std::map<std::string, int> asks;
};

struct model_node {
  std::map<std::string, int> has;
  std::vector<model_reservation> reservations;
  std::vector<model_pod> pods;
};

const char* const resources[] = {"cpu", "memory", "example.com/gpu"};

int in(const std::map<std::string, int>& amounts, const std::string& name) {
  const auto there = amounts.find(name);
  return there == amounts.end() ? 0 : there->second;
}

class world {
 public:
  explicit world(std::uint64_t seed) : random_(seed) {
    for (int i = 0; i < 6; ++i) {
      model_node& n = nodes_["n" + std::to_string(i)];
      n.has = {{"cpu", some(10)}, {"memory", some(10)}, {"example.com/gpu", some(4)}, {"pods", some(6)}};
      show("n" + std::to_string(i));
    }
  }

  void change() {
    const std::string name = "n" + std::to_string(some(6));
    model_node& n = nodes_[name];
    switch (some(4)) {
      case 0:
        if (n.reservations.size() < 4) n.reservations.push_back(a_reservation());
        break;
      case 1:
        if (!n.reservations.empty()) n.reservations.erase(n.reservations.begin() + some(n.reservations.size()));
        break;
      case 2: {
        const model_pod p = a_pod("placed-" + std::to_string(some(10)));
        for (auto& [other, m] : nodes_) std::erase_if(m.pods, [&](const model_pod& o) { return o.name == p.name; });
        n.pods.push_back(p);
        plugin_.placed(built(p).on(name));
        break;
      }
      case 3:
        if (!n.pods.empty()) {
          plugin_.gone("default-" + n.pods.back().name);
          n.pods.pop_back();
        }
        break;
    }
    show(name);
  }

  void check() {
    const model_pod p = a_pod("waiting");
    const explanation said = plugin_.judge(built(p));
    REQUIRE(said.error.empty());
    REQUIRE(said.nodes.size() == nodes_.size());
    for (const node_verdict& v : said.nodes) {
      const model_node& n = nodes_[v.name];
      CAPTURE(v.name);
      REQUIRE((v.refused == nullptr) == fits(p, n, v.name));
      if (v.refused != nullptr) REQUIRE(v.refused->what == code::unschedulable);
      for (const auto& [plugin, score] : v.scores) REQUIRE(score == (is_reserved_for(p, n) ? 100 : 0));
    }
  }

 private:
  int some(std::size_t below) { return static_cast<int>(random_() % below); }
  std::string a_workload() { return std::vector<std::string>{"", "a", "b"}[static_cast<std::size_t>(some(3))]; }
  std::map<std::string, int> some_amounts(int most) {
    std::map<std::string, int> out;
    for (const char* r : resources)
      if (some(2) == 0) out[r] = some(static_cast<std::size_t>(most));
    return out;
  }
  model_pod a_pod(std::string name) { return {std::move(name), a_workload(), some_amounts(6)}; }
  model_reservation a_reservation() {
    model_reservation r{"default-placed-" + std::to_string(some(10)), a_workload(), some_amounts(5)};
    if (r.for_workload.empty()) r.amounts.erase("example.com/gpu");  // has no key of its own
    if (some(3) == 0) r.amounts["pods"] = some(3);
    return r;
  }

  static make_pod built(const model_pod& p) {
    make_pod pod(p.name);
    if (!p.workload.empty()) pod.owner("ReplicaSet", p.workload);
    for (const auto& [name, amount] : p.asks) pod.request(name, std::to_string(amount));
    return pod;
  }

  void show(const std::string& name) {
    model_node& n = nodes_[name];
    // One of an id: the last stands.
    std::vector<model_reservation> unique;
    for (const model_reservation& r : n.reservations) {
      std::erase_if(unique, [&](const model_reservation& u) { return u.id == r.id; });
      unique.push_back(r);
    }
    n.reservations = unique;
    make_node node(name);
    node.empty();
    for (const auto& [resource, amount] : n.has) node.allocatable(resource, std::to_string(amount));
    for (const model_reservation& r : n.reservations) {
      reservation real{r.id, {}, std::nullopt};
      for (const auto& [resource, amount] : r.amounts) real.amounts.set(resource, k8s::quantity::from_value(amount));
      if (!r.for_workload.empty())
        real.record = reservation_record{.owner_kind = "ReplicaSet",
                                         .owner = {"default", r.for_workload},
                                         .owner_uid = "uid-" + r.for_workload,
                                         .pod = {"default", "x"},
                                         .since = {},
                                         .expires = {},
                                         .resources = {}};
      for (const auto& [key, value] : annotations_of(real)) node.annotation(key, value);
    }
    plugin_.node(node);
  }

  static bool is_placed(const model_reservation& r, const model_node& n) {
    return std::any_of(n.pods.begin(), n.pods.end(), [&](const model_pod& p) { return "default-" + p.name == r.id; });
  }
  static bool is_own(const model_pod& p, const model_reservation& r) {
    return !r.for_workload.empty() && r.for_workload == p.workload;
  }
  static bool is_reserved_for(const model_pod& p, const model_node& n) {
    return std::any_of(n.reservations.begin(), n.reservations.end(), [&](const auto& r) { return is_own(p, r); });
  }

  // Of what is asked for and reserved there, does it fit beside all reservations but `without`?
  static bool fits_without(const model_pod& p, const model_node& n, const model_reservation* without) {
    const auto is_short = [&](const std::string& resource, int asked, int used) {
      int reserved = 0;
      for (const model_reservation& r : n.reservations)
        if (&r != without && !is_placed(r, n)) reserved += in(r.amounts, resource);
      return asked > 0 && reserved > 0 && asked + used + reserved > in(n.has, resource);
    };
    if (is_short("pods", 1, static_cast<int>(n.pods.size()))) return false;
    return std::none_of(std::begin(resources), std::end(resources), [&](const char* r) {
      int used = 0;
      for (const model_pod& there : n.pods) used += in(there.asks, r);
      return is_short(r, in(p.asks, r), used);
    });
  }
  static bool fits(const model_pod& p, const model_node& n, const std::string&) {
    if (fits_without(p, n, nullptr)) return true;
    return std::any_of(n.reservations.begin(), n.reservations.end(), [&](const model_reservation& r) {
      return is_own(p, r) && !is_placed(r, n) && fits_without(p, n, &r);
    });
  }

  std::mt19937_64 random_;
  std::map<std::string, model_node> nodes_;
  one_plugin plugin_{"NodeReservation"};
};

}  // namespace

TEST_CASE("NodeReservation: agrees with the model, whatever is reserved, placed and gone") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    world w(seed);
    for (int step = 0; step < 60; ++step) {
      w.change();
      w.check();
    }
  }
}
