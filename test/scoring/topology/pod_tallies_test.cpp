#include "scoring/topology/pod_tallies.hpp"

#include "scoring/index/live_cluster.hpp"
#include "scoring/index/what_if.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <vector>

using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

// As many as the pod's label "weight" says, of one namespace and one app; asked about however it is told to.
class by_app final : public weigher {
 public:
  by_app(std::string of, std::string app, asked::about who)
      : namespace_(std::move(of)), app_(std::move(app)), who_(who) {}
  pod_weight weigh(const k8s::pod_spec& placed) const override {
    const std::string* app = placed.labels.find("app");
    if (placed.namespace_ != namespace_ || app == nullptr || *app != app_) return {};
    if (who_ == asked::about::pods_with_affinity && !placed.pod_anti_affinity_rules) return {};
    const std::string* weight = placed.labels.find("weight");
    const std::int64_t sum = weight == nullptr ? 1 : std::stoll(*weight);
    return {sum, 1};
  }
  std::string identity() const override {
    return namespace_ + "/" + app_ + "/" + std::to_string(static_cast<int>(who_));
  }
  asked asks() const override { return {who_, {"app", app_}}; }

 private:
  std::string namespace_;
  std::string app_;
  asked::about who_;
};

// The same, counted over raw objects.
struct plain_count {
  std::map<std::string, std::int64_t> sums;
  std::int64_t matches = 0;
  std::set<std::string> domains;
};

const std::string* domain_of(const topology_key& key, const k8s::node& node) {
  static const std::string empty;
  if (key.how == topology_key::by::node_itself) return &node.name;
  const std::string* value = node.labels.find(key.label);
  return value == nullptr && key.how == topology_key::by::label_or_empty ? &empty : value;
}

plain_count count(const live_cluster& nodes, const tally_wish& wish) {
  plain_count found;
  nodes.nodes().for_each([&](node_id n) {
    const std::string* domain = domain_of(wish.key, nodes.node(n));
    if (domain == nullptr || !wish.where.let_in(nodes.node(n))) return;
    found.domains.insert(*domain);
    for (const pod_info& pod : nodes.pods_on(n)) {
      if (pod.pod->terminating() && !wish.terminating) continue;
      const pod_weight w = wish.what->weigh(pod.spec());
      found.sums[*domain] += w.sum;
      found.matches += w.matches;
    }
  });
  return found;
}

void check(const live_cluster& nodes, const tally_wish& wish, const tally& kept) {
  const plain_count plain = count(nodes, wish);
  CHECK(kept.matches() == plain.matches);
  CHECK(kept.domains() == plain.domains.size());
  std::vector<std::int64_t> sums;
  for (const std::string& domain : plain.domains) {
    const auto there = plain.sums.find(domain);
    sums.push_back(there == plain.sums.end() ? 0 : there->second);
  }
  nodes.nodes().for_each([&](node_id n) {
    const std::string* domain = domain_of(wish.key, nodes.node(n));
    const auto there = domain == nullptr ? plain.sums.end() : plain.sums.find(*domain);
    CHECK(kept.on(n) == (there == plain.sums.end() ? 0 : there->second));
    CHECK((kept.domain(n) == no_domain) == (domain == nullptr));
    CHECK(kept.counts(n) == (domain != nullptr && wish.where.let_in(nodes.node(n))));
    CHECK(kept.positive(nodes.universe()).contains(n) == (kept.on(n) > 0));
    CHECK(kept.by().nodes(nodes.universe()).contains(n) == (domain != nullptr));
  });
  CHECK(kept.positive(nodes.universe()).universe() == nodes.universe());
  std::size_t in_use = 0, listed = 0;
  for (domain_id d = 0; d < kept.by().size(); ++d) {
    const std::size_t before = listed;
    kept.by().for_each_in(d, [&](node_id n) {
      CHECK(kept.by().of(n) == d);
      ++listed;
    });
    in_use += listed == before ? 0 : 1;
  }
  CHECK(listed == kept.by().nodes(nodes.universe()).count());
  CHECK(in_use == kept.by().in_use());
  if (sums.empty()) return;
  std::sort(sums.begin(), sums.end());
  const tally::least least = kept.find_least();
  CHECK(least.sum == sums.front());
  CHECK(least.domains == static_cast<std::size_t>(std::count(sums.begin(), sums.end(), sums.front())));
  if (least.domains == 1 && sums.size() > 1) CHECK(least.next == sums[1]);
}

// A cluster that changes at random, and the tallies that somebody holds meanwhile.
class churn {
 public:
  explicit churn(std::uint64_t seed) : random(seed) {}

  void change() {
    switch (random() % 10) {
      case 0:
      case 1:
        nodes.set_node(some_node());
        break;
      case 2:
        nodes.remove_node(node_name());
        break;
      case 3:
      case 4:
        nodes.remove("default-p" + std::to_string(random() % 60));
        break;
      case 5: {
        what_if tried(nodes);
        tried.place(nodes.intern(some_pod()), node_name());
        tried.remove("default-p" + std::to_string(random() % 60));
        break;
      }
      default:
        nodes.place(nodes.intern(some_pod()), node_name());  // now and then on a node that is not there
    }
  }

  tally_wish some_wish() {
    tally_wish w;
    w.key.how = static_cast<topology_key::by>(random() % 3);
    w.key.label = random() % 2 == 0 ? "zone" : "rack";
    if (random() % 2 == 0) w.where.keys = {"zone", "rack"};
    if (random() % 3 == 0) w.where.node_rules = make_pod("x").node_selector("kind", "1").build().spec;
    if (random() % 3 == 0) w.where.taints = make_pod("x").build().spec;
    w.terminating = random() % 2 == 0;
    w.what = std::make_shared<by_app>(random() % 4 == 0 ? "other" : "default", std::to_string(random() % 3),
                                      static_cast<weigher::asked::about>(random() % 3));
    return w;
  }

  live_cluster nodes;
  std::mt19937_64 random;

 private:
  std::string node_name() { return "n" + std::to_string(random() % 20); }
  k8s::node_ptr some_node() {
    make_node n(node_name());
    if (random() % 4 != 0) n.zone("z").label("zone", random() % 8 == 0 ? "" : "z" + std::to_string(random() % 4));
    if (random() % 3 != 0) n.label("rack", "r" + std::to_string(random() % 6));
    n.label("kind", std::to_string(random() % 2));
    if (random() % 5 == 0) n.taint("t");
    return n;
  }
  k8s::pod_ptr some_pod() {
    make_pod p("p" + std::to_string(random() % 60), random() % 5 == 0 ? "other" : "default");
    p.uid("default-p" + std::to_string(random() % 60)).label("app", std::to_string(random() % 3));
    if (random() % 3 == 0) p.label("weight", std::to_string(static_cast<int>(random() % 5) - 2));
    if (random() % 4 == 0) p.avoids_pod_with("a", "b", "zone");
    if (random() % 6 == 0) p.label("unique", std::to_string(random()));
    if (random() % 5 == 0)
      for (int i = 0; i < 70; ++i) p.label("more-" + std::to_string(i), "");
    if (random() % 6 == 0) p.terminating();
    p.cpu(std::to_string(random() % 3) + "m");
    return p;
  }
};

}  // namespace

TEST_CASE("tallies: after any changes each equals a count over the raw objects") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    churn c(seed);
    std::vector<std::pair<tally_wish, std::shared_ptr<const tally>>> held;
    for (int step = 0; step < 600; ++step) {
      c.change();
      if (step % 20 == 0) {
        tally_wish wish = c.some_wish();
        held.emplace_back(wish, c.nodes.part<pod_tallies>().find(c.nodes, wish));
      }
      if (step % 35 == 0 && !held.empty()) held.erase(held.begin());
      if (step % 12 == 0)
        for (const auto& [wish, kept] : held) check(c.nodes, wish, *kept);
    }
  }
}

TEST_CASE("tallies: equal wishes share one tally, which is gone some time after its last holder") {
  churn c(1);
  for (int i = 0; i < 100; ++i) c.change();
  const pod_tallies& index = c.nodes.part<pod_tallies>();
  tally_wish wish;
  wish.key.label = "zone";
  wish.what = std::make_shared<by_app>("default", "1", weigher::asked::about::every_pod);
  const auto one = index.find(c.nodes, wish);
  CHECK(one == index.find(c.nodes, wish));
  std::weak_ptr<const tally> dropped;
  for (int i = 0; i < 2000; ++i) {
    wish.what = std::make_shared<by_app>("default", "app-" + std::to_string(i), weigher::asked::about::every_pod);
    const auto made = index.find(c.nodes, wish);
    if (i == 0) dropped = made;
    if (i % 100 == 0) c.change();
  }
  CHECK(dropped.expired());
  wish.what = std::make_shared<by_app>("default", "1", weigher::asked::about::every_pod);
  CHECK(one == index.find(c.nodes, wish));
  check(c.nodes, wish, *one);
}

TEST_CASE("tallies: pods with labels of their own leave no trace, however many come and go") {
  live_cluster nodes;
  nodes.set_node(make_node("n").label("zone", "z"));
  tally_wish wish;
  wish.key.label = "zone";
  wish.what = std::make_shared<by_app>("default", "1", weigher::asked::about::pods_with_label);
  const auto kept = nodes.part<pod_tallies>().find(nodes, wish);
  for (int i = 0; i < 2000; ++i) {
    const pod_info p = nodes.intern(make_pod("p").label("app", "1").label("unique", std::to_string(i)));
    nodes.place(p, "n");
    CHECK(kept->on(0) == 1);
    nodes.remove("default-p");
  }
  CHECK(kept->on(0) == 0);
  CHECK(kept->matches() == 0);
}

TEST_CASE("tallies: when all pods with labels of their own have gone and none comes, few of their specs are kept") {
  live_cluster nodes;
  nodes.set_node(make_node("n"));
  nodes.part<pod_tallies>();
  constexpr int pods = 2000;
  std::vector<std::weak_ptr<const k8s::pod_spec>> specs;
  for (int i = 0; i < pods; ++i) {
    const std::string name = "p" + std::to_string(i);
    const pod_info p = nodes.intern(make_pod(name).label("unique", name));
    specs.push_back(p.pod->spec);
    nodes.place(p, "n");
  }
  for (int i = 0; i < pods; ++i) nodes.remove("default-p" + std::to_string(i));
  const auto kept = std::count_if(specs.begin(), specs.end(), [](const auto& spec) { return !spec.expired(); });
  CHECK(kept <= 600);
}

TEST_CASE("tallies: a pod of very many labels is counted by those that were asked before and after it came") {
  live_cluster nodes;
  nodes.set_node(make_node("n").label("zone", "z"));
  tally_wish wish;
  wish.key.label = "zone";
  wish.what = std::make_shared<by_app>("default", "1", weigher::asked::about::pods_with_label);
  const auto before = nodes.part<pod_tallies>().find(nodes, wish);
  make_pod large("large");
  for (int i = 0; i < 1000; ++i) large.label("more-" + std::to_string(i), "");
  nodes.place(nodes.intern(large.label("app", "1")), "n");
  CHECK(before->on(0) == 1);
  wish.terminating = false;
  const auto after = nodes.part<pod_tallies>().find(nodes, wish);
  CHECK(after->on(0) == 1);
  wish.what = std::make_shared<by_app>("default", "2", weigher::asked::about::pods_with_label);
  CHECK(nodes.part<pod_tallies>().find(nodes, wish)->on(0) == 0);
  nodes.remove("default-large");
  CHECK(before->on(0) == 0);
  CHECK(after->on(0) == 0);
}

TEST_CASE("tallies: which topology keys placed pods have terms of is known, and moves the generation") {
  live_cluster nodes;
  nodes.set_node(make_node("n"));
  const pod_tallies& index = nodes.part<pod_tallies>();
  const std::uint64_t before = index.keys_generation();
  nodes.place(nodes.intern(make_pod("p").avoids_pod_with("a", "b", "zone").prefers_pod_with(1, "a", "b", "rack")), "n");
  CHECK(index.keys_generation() != before);
  CHECK(index.anti_affinity_keys().contains("zone"));
  CHECK_FALSE(index.anti_affinity_keys().contains("rack"));
  CHECK(index.other_affinity_keys().contains("rack"));
  const std::uint64_t then = index.keys_generation();
  nodes.place(nodes.intern(make_pod("q").avoids_pod_with("c", "d", "zone")), "n");
  CHECK(index.keys_generation() == then);
}
