#include "scoring/engine/class_cache.hpp"
#include "scoring/engine/scan.hpp"
#include "scoring/index/live_cluster.hpp"
#include "scoring/pod_fields.hpp"
#include "test/scoring/random_cluster.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

using namespace berth;
using namespace berth::test;

/// What is kept between cycles, against what is found anew.
namespace {

using refused = std::map<std::string, std::string>;

// Node -> "plugin: reasons", of the nodes that are refused.
refused refused_in(const explanation& e) {
  refused out;
  for (const node_verdict& v : e.nodes)
    if (v.refused != nullptr) out[v.name] = v.refused->plugin + ": " + v.refused->message();
  return out;
}

refused refused_in(const diagnosis& d, const cluster& c) {
  refused out;
  c.nodes().for_each([&](node_id n) {
    const status& s = d.table[d.refused_by[n]];
    if (d.refused_by[n] != 0) out[c.node(n).name] = s.plugin + ": " + s.message();
  });
  return out;
}

void check_decision(profile& p, random_cluster& c, const make_pod& wanted) {
  const pod_info pod = c.nodes.intern(wanted);
  cycle_state cycle;
  const decision made = p.schedule(pod, c.nodes, cycle, c.random);
  const explanation expected = p.explain(pod, c.nodes);
  REQUIRE(expected.error.empty());
  if (const auto* placed = std::get_if<placement>(&made)) {
    REQUIRE(std::count(expected.best.begin(), expected.best.end(), placed->node) == 1);
    REQUIRE(placed->feasible_nodes == expected.nodes.size() - refused_in(expected).size());
  } else {
    REQUIRE(std::holds_alternative<diagnosis>(made));
    const auto& why = std::get<diagnosis>(made);
    REQUIRE(why.message() == expected.why.message());
    REQUIRE(why.plugins == expected.why.plugins);
    if (c.nodes.node_count() != 0) REQUIRE(refused_in(why, c.nodes) == refused_in(expected));
  }
}

// A profile whose one filter and one score count the nodes that they are asked about.
struct counted {
  explicit counted(reach of_cluster, std::size_t nodes_wanted = 100) {
    f.add<of<fake_filter, fake_score>>("A",
                                       [this](auto& a) {
                                         asked = &a;
                                         a.on_filter = [](const pod_info&, const cluster& all, node_id n) {
                                           return all.pod_count()[n] == 0 ? status::ok() : status::refuse("taken");
                                         };
                                         a.on_score = [](auto&, const cluster& all, node_id n) {
                                           return all.allocatable(cpu)[n] / 100;
                                         };
                                       },
                                       0, {pod_labels, of_cluster});
    for (std::size_t i = 0; i < nodes_wanted; ++i) c.set_node(make_node("n" + std::to_string(i)));
    made.emplace(f.make());
  }
  void run(const std::string& kind = "x") {
    cycle_state cycle;
    made->schedule(c.intern(make_pod("p" + std::to_string(++pods)).label("kind", kind)), c, cycle, random);
  }
  std::size_t filtered() { return std::exchange(asked->filtered, 0); }
  std::size_t scored() { return std::exchange(asked->scored, 0); }

  fake_profile f;
  of<fake_filter, fake_score>* asked = nullptr;
  live_cluster c;
  std::mt19937_64 random{1};
  int pods = 0;
  std::optional<profile> made;
};

}  // namespace

TEST_CASE("engine: after any changes, what is kept is what would be found anew") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    random_cluster c(seed);
    profile p = random_plugins(c.random).make();
    for (int step = 0; step < 60; ++step) {
      CAPTURE(step);
      for (std::uint64_t changes = c.random() % 8; changes > 0; --changes) c.change();
      check_decision(p, c, c.pod(1000));
    }
  }
}

TEST_CASE("engine: after more changes than the log remembers, too") {
  random_cluster c(7);
  profile p = random_plugins(c.random).make();
  for (int step = 0; step < 3; ++step) {
    for (int i = 0; i < 10; ++i) check_decision(p, c, c.pod(1000));
    c.outrun_the_log();
    for (int i = 0; i < 10; ++i) check_decision(p, c, c.pod(1000));
  }
}

TEST_CASE("engine: kept totals are the sums of what the plugins say") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    random_cluster c(seed);
    const fake_profile f = random_plugins(c.random);
    const lineup plugins(f.config, f.plugins);
    const std::vector<kept_score> kept = kept_scores(plugins);
    REQUIRE(kept.size() == 5);
    const pod_info pod = c.nodes.intern(make_pod("p").label("kind", seed % 2 == 0 ? "1" : "2"));
    std::vector<std::shared_ptr<score_answers>> answers;
    for (const kept_score& k : kept)
      answers.push_back(std::make_shared<score_answers>(pod.pod, plugins.score[k.at].reads, k.how, k.in_bytes));
    score_board board(kept);
    board.serve(answers);
    changed_nodes changed;
    score_answers::scratch work;
    followed seen;
    node_set left_out;  // stays for a while, so that what changes is little
    for (int step = 0; step < 40; ++step) {
      CAPTURE(step);
      seen.catch_up(c.nodes, reach::own_node, changed);
      node_set feasible = c.nodes.nodes();
      left_out.resize(c.nodes.universe());
      if (step % 8 == 0)
        feasible.for_each([&](node_id n) { c.random() % 4 == 0 ? left_out.insert(n) : left_out.erase(n); });
      feasible -= left_out;
      std::vector<node_id> list;
      feasible.list(list);
      cycle_state cycle;
      const pre_score_outcome before = run_pre_score(plugins, pod, c.nodes, cycle, list);
      REQUIRE(board.update(plugins, pod, c.nodes, cycle, before.scores, feasible, list, changed, work).empty());

      const score_outcome anew = run_scores(plugins, pod, c.nodes, cycle, list);
      std::vector<std::int64_t> expected(list.size(), 0);
      for (const plugin_scores& s : anew.by_plugin)
        for (std::size_t i = 0; i < list.size() && s.plugin != "Own"; ++i) expected[i] += s.weighted[i];
      for (std::size_t i = 0; i < list.size(); ++i) REQUIRE(board.total(list[i]) == expected[i]);
      if (!list.empty()) {
        const std::int64_t best = *std::max_element(expected.begin(), expected.end());
        for (int i = 0; i < 5; ++i) REQUIRE(board.total(board.pick(c.random)) == best);
      }
      for (std::uint64_t changes = c.random() % 4; changes > 0; --changes) c.change();
    }
  }
}

TEST_CASE("engine: a second pod of a class is asked about only on the nodes that changed") {
  counted b(reach::own_node);
  b.run();
  CHECK(b.filtered() == 100);
  CHECK(b.scored() == 100);
  b.run();
  CHECK(b.filtered() == 0);
  CHECK(b.scored() == 0);
  b.c.place(b.c.intern(make_pod("other")), "n3");
  b.c.set_node(make_node("n4").cpu("1"));
  b.run();
  CHECK(b.filtered() == 2);
  CHECK(b.scored() == 1);  // n3 is refused
  b.c.set_node(make_node("n100"));
  b.run();
  CHECK(b.filtered() == 1);
}

TEST_CASE("engine: a pod that differs in what a plugin reads is another class, and both are kept") {
  counted b(reach::own_node);
  b.run("x");
  b.filtered();
  b.run("y");
  CHECK(b.filtered() == 100);
  b.run("x");
  b.run("y");
  CHECK(b.filtered() == 0);
}

TEST_CASE("engine: a plugin that reads the node's object alone is not asked again when pods come and go") {
  counted b(reach::own_object);
  b.run();
  b.filtered(), b.scored();
  b.c.place(b.c.intern(make_pod("other")), "n3");
  b.run();
  CHECK(b.filtered() == 0);
  CHECK(b.scored() == 0);
  b.c.set_node(make_node("n4").cpu("1"));
  b.c.remove_node("n5");
  b.run();
  CHECK(b.filtered() == 1);
  CHECK(b.scored() == 1);
}

TEST_CASE("engine: what rests on all nodes' objects is asked anew when one of them changes, not when pods do") {
  counted b(reach::all_objects);
  b.run();
  b.filtered(), b.scored();
  b.c.place(b.c.intern(make_pod("other")), "n3");
  b.run();
  CHECK(b.filtered() == 0);
  b.c.set_node(make_node("n4").label("zone", "a"));
  b.run();
  CHECK(b.filtered() == 100);
  CHECK(b.scored() == 99);  // n3 is refused, now that it is asked about
}

TEST_CASE("engine: pods that differ in what one plugin reads share what the others said") {
  fake_profile f;
  fake_filter* by_label = nullptr;
  fake_filter* by_namespace = nullptr;
  f.add<of<fake_filter>>("A", [&](auto& a) { by_label = &a; }, 0, {pod_labels, reach::own_node});
  f.add<of<fake_filter>>("B", [&](auto& b) { by_namespace = &b; }, 0, {pod_namespace, reach::own_node});
  profile p = f.make();
  live_cluster c;
  for (int i = 0; i < 10; ++i) c.set_node(make_node("n" + std::to_string(i)));
  std::mt19937_64 random(1);
  for (const char* kind : {"x", "y", "z", "x"}) {
    cycle_state cycle;
    REQUIRE(
        std::holds_alternative<placement>(p.schedule(c.intern(make_pod("p").label("kind", kind)), c, cycle, random)));
  }
  CHECK(by_label->filtered == 30);
  CHECK(by_namespace->filtered == 10);
}

TEST_CASE("engine: a plugin that would break on a node that an earlier one refuses breaks nothing") {
  fake_profile f;
  f.add<of<fake_filter>>("A",
                         [](auto& a) {
                           a.on_filter = [](auto&, const cluster&, node_id n) {
                             return n == 0 ? status::refuse("no") : status::ok();
                           };
                         },
                         0, {0, reach::own_node});
  bool throws = false;
  f.add<of<fake_filter>>("B",
                         [&](auto& b) {
                           b.on_filter = [&](auto&, const cluster&, node_id n) -> status {
                             if (n == 0 && throws) throw std::runtime_error("boom");
                             return n == 0 ? status::failed("boom") : status::ok();
                           };
                         },
                         0, {0, reach::own_node});
  profile p = f.make();
  live_cluster c;
  for (const char* name : {"n0", "n1", "n2"}) c.set_node(make_node(name));
  std::mt19937_64 random(1);
  for (const bool how : {false, true, false}) {
    throws = how;
    cycle_state cycle;
    CHECK(std::get<placement>(p.schedule(c.intern(make_pod("p")), c, cycle, random)).feasible_nodes == 2);
  }
}

TEST_CASE("engine: what rests on facts about all nodes is asked anew when those move, and only then") {
  counted b(reach::all_nodes);
  b.run();
  b.filtered(), b.scored();
  b.c.place(b.c.intern(make_pod("other")), "n3");
  b.run();
  CHECK(b.filtered() == 1);
  b.c.set_node(make_node("n4").label("zone", "a"));
  b.run();
  CHECK(b.filtered() == 100);
  CHECK(b.scored() == 99);
}

TEST_CASE("engine: what rests on anything else is asked in each cycle") {
  counted b(reach::anywhere);
  b.run();
  b.run();
  CHECK(b.filtered() == 200);
  CHECK(b.scored() == 200);
}

TEST_CASE("engine: nothing is kept of a cycle in which a plugin broke") {
  fake_profile f;
  bool broken = true;
  f.add<of<fake_filter>>(
      "A",
      [&](auto& a) {
        a.on_filter = [&](auto&, const cluster&, node_id n) {
          return broken && n == 1 ? status::failed("boom") : n == 0 ? status::refuse("no") : status::ok();
        };
      },
      0, {0, reach::own_node});
  profile p = f.make();
  live_cluster c;
  for (const char* name : {"n0", "n1", "n2"}) c.set_node(make_node(name));
  std::mt19937_64 random(1);
  cycle_state cycle;
  const pod_info pod = c.intern(make_pod("p"));
  CHECK(std::holds_alternative<cycle_error>(p.schedule(pod, c, cycle, random)));
  broken = false;
  CHECK(std::get<placement>(p.schedule(pod, c, cycle, random)).feasible_nodes == 2);
}

TEST_CASE("engine: a plugin that throws leaves nothing half done behind") {
  fake_profile f;
  bool broken = false;
  f.add<of<fake_filter>>("A",
                         [&](auto& a) {
                           a.on_filter = [&](auto&, const cluster& c, node_id n) -> status {
                             if (broken && n == 1) throw std::runtime_error("boom");
                             return c.pod_count()[n] != 0 ? status::refuse("taken") : status::ok();
                           };
                         },
                         0, {0, reach::own_node});
  profile p = f.make();
  live_cluster c;
  for (const char* name : {"n0", "n1", "n2"}) c.set_node(make_node(name));
  std::mt19937_64 random(1);
  cycle_state cycle;
  const pod_info pod = c.intern(make_pod("p"));
  CHECK(std::get<placement>(p.schedule(pod, c, cycle, random)).feasible_nodes == 3);
  c.place(c.intern(make_pod("a")), "n0");
  c.place(c.intern(make_pod("b")), "n1");
  broken = true;
  CHECK(std::get<cycle_error>(p.schedule(pod, c, cycle, random)).message ==
        "running \"A\" filter plugin: threw an exception: boom");
  broken = false;
  CHECK(std::get<placement>(p.schedule(pod, c, cycle, random)).node == "n2");
}
