#include "test/scoring/fakes.hpp"

#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace berth;
using namespace berth::test;

/// Filter, score and pick, and the words for what does not fit.
namespace {

struct bench {
  explicit bench(std::size_t nodes_wanted = 3) {
    for (std::size_t i = 1; i <= nodes_wanted; ++i) nodes.set_node(make_node("n" + std::to_string(i)));
  }
  decision run(profile& p, const make_pod& pod = make_pod("a")) {
    cycle_state cycle;
    return p.schedule(nodes.intern(pod), nodes, cycle, random);
  }
  decision run(const make_pod& pod = make_pod("a")) {
    profile p = f.make();
    return run(p, pod);
  }
  /// The same words come from the decision and from its explanation.
  std::string message(const make_pod& pod = make_pod("a")) {
    profile p = f.make();
    const decision made = run(p, pod);
    const explanation e = p.explain(nodes.intern(pod), nodes);
    if (const auto* error = std::get_if<cycle_error>(&made)) {
      CHECK(e.error == error->message);
      return error->message;
    }
    REQUIRE(std::holds_alternative<diagnosis>(made));
    CHECK(e.best.empty());
    CHECK(e.why.message() == std::get<diagnosis>(made).message());
    CHECK(e.why.plugins == std::get<diagnosis>(made).plugins);
    last = std::get<diagnosis>(made);
    return last.message();
  }

  fake_profile f;
  live_cluster nodes;
  std::mt19937_64 random{1};
  diagnosis last;
};

std::function<status(const pod_info&, const cluster&, node_id)> refuses(std::string node, std::string why) {
  return [=](const pod_info&, const cluster& c, node_id n) {
    return node == "*" || c.node(n).name == node ? status::refuse(why) : status::ok();
  };
}

std::function<pre_filter_result(const pod_info&, const cluster&)> names(std::vector<std::string> list) {
  return [=](auto&&...) { return pre_filter_result{status::ok(), list}; };
}

std::function<pre_filter_result(const pod_info&, const cluster&)> says(status s, bool per_node = false) {
  return [=](auto&&...) { return pre_filter_result{s, std::nullopt, per_node}; };
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("schedule: without nodes there is nothing to try") {
  bench b(0);
  CHECK(b.message() == "no nodes available to schedule pods");
  CHECK(b.last.plugins.empty());
}

TEST_CASE("schedule: the first filter that refuses a node owns its reason") {
  bench b;
  b.f.add<of<fake_filter>>("A", [](auto& a) { a.on_filter = refuses("n1", "a"); });
  b.f.add<of<fake_filter>>("B", [](auto& x) { x.on_filter = refuses("*", "b"); });
  CHECK(b.message() == "0/3 nodes are available: 1 a, 2 b.");
  CHECK(b.last.plugins == list{"A", "B"});
}

TEST_CASE("schedule: reasons are sorted as text, count first") {
  bench b(12);
  b.f.add<of<fake_filter>>("A", [](auto& a) {
    a.on_filter = [](auto&, const cluster& c, node_id n) {
      const std::string& name = c.node(n).name;
      return name == "n1" || name == "n2" ? status{code::unschedulable, {"y", "z"}, {}} : status::refuse("x");
    };
  });
  CHECK(b.message() == "0/12 nodes are available: 10 x, 2 y, 2 z.");
}

TEST_CASE("schedule: a plugin skipped in PreFilter is not asked in Filter") {
  bench b;
  b.f.add<of<fake_pre_filter, fake_filter>>("A", [](auto& a) {
    a.on_pre_filter = says(status::skipped());
    a.on_filter = refuses("*", "a");
  });
  CHECK(std::holds_alternative<placement>(b.run()));
}

TEST_CASE("schedule: a refusal for good in PreFilter ends it; the node count has no reasons of nodes") {
  bench b;
  b.f.add<of<fake_pre_filter>>("A", [](auto& a) { a.on_pre_filter = says(status::unresolvable("no claim")); });
  b.f.add<of<fake_pre_filter>>("B", [](auto& x) { x.on_pre_filter = says(status::unresolvable("never asked")); });
  CHECK(b.message() == "0/3 nodes are available: no claim.");
  CHECK(b.last.plugins == list{"A"});
  CHECK(b.last.table[b.last.refused_by[0]].what == code::unschedulable_and_unresolvable);
}

TEST_CASE(
    "schedule: after a refusal in PreFilter that preemption may cure, the others are still asked, and the last is "
    "heard") {
  bench b;
  b.f.add<of<fake_pre_filter>>("A", [](auto& a) { a.on_pre_filter = says(status::refuse("first")); });
  b.f.add<of<fake_pre_filter>>("B", [](auto& x) { x.on_pre_filter = names({"n1"}); });
  b.f.add<of<fake_pre_filter>>("C", [](auto& x) { x.on_pre_filter = says(status::refuse("second")); });
  CHECK(b.message() == "0/3 nodes are available: second.");
  CHECK(b.last.plugins == list{"B", "C"});
}

TEST_CASE("schedule: a refusal that counts as each node's own is a number") {
  bench b;
  b.f.add<of<fake_pre_filter>>("A", [](auto& a) { a.on_pre_filter = says(status::unresolvable("limit"), true); });
  CHECK(b.message() == "0/3 nodes are available: 3 limit.");
  CHECK(b.last.plugins == list{"A"});
}

TEST_CASE("schedule: where the plugin's Filter is enabled too, that one speaks, in its turn") {
  bench b;
  b.f.add<of<fake_filter>>("A", [](auto& a) { a.on_filter = refuses("n1", "a"); });
  b.f.add<of<fake_pre_filter, fake_filter>>("B", [](auto& x) {
    x.on_pre_filter = says(status::unresolvable("not this"), true);
    x.on_filter = refuses("*", "limit");
  });
  CHECK(b.message() == "0/3 nodes are available: 1 a, 2 limit.");
}

TEST_CASE("schedule: nodes that PreFilter does not name are refused in the names of who named") {
  bench b;
  b.f.add<of<fake_pre_filter, fake_filter>>("B", [](auto& x) {
    x.on_pre_filter = names({"n2", "n1", "not there"});
    x.on_filter = refuses("*", "busy");
  });
  b.f.add<of<fake_pre_filter>>("A", [](auto& a) { a.on_pre_filter = names({"n3", "n2"}); });
  CHECK(b.message() == "0/3 nodes are available: 1 busy, 2 node(s) didn't satisfy plugin(s) [A B].");
  CHECK(b.last.plugins == list{"A", "B"});
  const explanation e = b.f.make().explain(b.nodes.intern(make_pod("a")), b.nodes);
  CHECK(e.nodes[0].refused->plugin.empty());
  CHECK(e.nodes[0].refused->what == code::unschedulable_and_unresolvable);
  CHECK(e.nodes[1].refused->plugin == "B");
}

TEST_CASE("schedule: names that leave no node") {
  bench b;
  b.f.add<of<fake_pre_filter>>("B", [](auto& x) { x.on_pre_filter = names({"n1"}); });
  b.f.add<of<fake_pre_filter>>("A", [](auto& a) { a.on_pre_filter = names({"n2"}); });
  CHECK(b.message() == "0/3 nodes are available: node(s) didn't satisfy plugin(s) [A B] simultaneously.");
  CHECK(b.last.plugins == list{"A", "B"});

  bench alone;
  alone.f.add<of<fake_pre_filter>>("A", [](auto& a) { a.on_pre_filter = names({}); });
  CHECK(alone.message() == "0/3 nodes are available: node(s) didn't satisfy plugin A.");

  bench unknown;
  unknown.f.add<of<fake_pre_filter>>("A", [](auto& a) { a.on_pre_filter = names({"elsewhere"}); });
  CHECK(unknown.message() == "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [A].");
}

TEST_CASE("schedule: what PostFilter says is appended, and the first success or refusal for good is the last word") {
  bench b;
  b.f.add<of<fake_filter>>("A", [](auto& a) { a.on_filter = refuses("*", "full"); });
  const auto answers = [](status s, std::string node = "") {
    return [=](auto&&...) { return post_filter_result{s, node}; };
  };
  b.f.add<of<fake_post_filter>>("P", [&](auto& p) { p.on_post_filter = answers(status::refuse("p: nothing.")); });
  CHECK(b.message() == "0/3 nodes are available: 3 full. p: nothing.");
  b.f.add<of<fake_post_filter>>("Q", [&](auto& q) { q.on_post_filter = answers(status::refuse("q: nothing.")); });
  CHECK(b.message() == "0/3 nodes are available: 3 full. p: nothing., q: nothing.");
  b.f.add<of<fake_post_filter>>("R", [&](auto& r) {
    r.on_post_filter = answers({code::success, {"r: room on n2"}, {}}, "n2");
  });
  b.f.add<of<fake_post_filter>>("S", [&](auto& s) { s.on_post_filter = answers(status::unresolvable("never")); });
  CHECK(b.message() == "0/3 nodes are available: 3 full. r: room on n2");
  CHECK(b.last.nominated == "n2");
}

TEST_CASE("schedule: PostFilter is told every node's refusal") {
  bench b;
  b.f.add<of<fake_filter>>("A", [](auto& a) { a.on_filter = refuses("*", "full"); });
  b.f.add<of<fake_post_filter>>("P", [](auto& p) {
    p.on_post_filter = [](const pod_info&, const cluster&, const diagnosis& why) {
      CHECK(why.message() == "0/3 nodes are available: 3 full.");
      return post_filter_result{status::ok(), "n1"};
    };
  });
  CHECK(std::get<diagnosis>(b.run()).nominated == "n1");
}

TEST_CASE("schedule: a plugin that breaks fails the cycle, in upstream's words") {
  const auto broken = [](auto&&...) { return status::failed("boom"); };
  {
    bench b;
    b.f.add<of<fake_pre_filter>>("A", [](auto& a) { a.on_pre_filter = says(status::failed("boom")); });
    CHECK(b.message() == "running PreFilter plugin \"A\": boom");
  }
  {
    bench b;
    b.f.add<of<fake_filter>>("A", [&](auto& a) { a.on_filter = broken; });
    CHECK(b.message() == "running \"A\" filter plugin: boom");
  }
  {
    bench b;
    b.f.add<of<fake_pre_score>>("A", [&](auto& a) { a.on_pre_score = broken; });
    b.f.add<of<fake_score>>("B");
    CHECK(b.message() == "running PreScore plugin \"A\": boom");
  }
  {
    bench b;
    b.f.add<of<fake_score>>("A", [&](auto& a) {
      a.scale = scaling::own;
      a.on_normalize = broken;
    });
    CHECK(b.message() == "running Normalize on Score plugins: plugin \"A\" failed with: boom");
  }
}

TEST_CASE("schedule: a score out of range fails the cycle, kept or not") {
  for (const dependencies& reads : {dependencies{}, dependencies{0, reach::own_node}})
    for (const std::int64_t score : {-1, 101}) {
      bench b;
      b.f.add<of<fake_score>>(
          "A", [&](auto& a) { a.on_score = [=](auto&&...) { return score; }; }, 0, reads);
      CHECK(b.message() == "applying score defaultWeights on Score plugins: plugin \"A\" returns an invalid score " +
                               std::to_string(score) + ", it should in the range of [0, 100] after normalizing");
    }
}

TEST_CASE("schedule: the highest weighted total wins") {
  bench b;
  const auto prefers = [](std::string node, std::int64_t score) {
    return [=](const pod_info&, const cluster& c, node_id n) { return c.node(n).name == node ? score : 0; };
  };
  b.f.add<of<fake_score>>(
      "A", [&](auto& a) { a.on_score = prefers("n1", 100); }, 1);
  b.f.add<of<fake_score>>(
      "B", [&](auto& a) { a.on_score = prefers("n3", 60); }, 2);
  const placement p = std::get<placement>(b.run());
  CHECK(p.node == "n3");
  CHECK(p.evaluated_nodes == 3);
  CHECK(p.feasible_nodes == 3);
}

TEST_CASE("schedule: ties are broken evenly, kept scores or not") {
  for (const dependencies& reads : {dependencies{}, dependencies{0, reach::own_node}}) {
    bench b(130);
    b.f.add<of<fake_score>>(
        "A", [](auto& a) { a.on_score = [](auto&, const cluster&, node_id n) { return n % 13 == 0 ? 7 : 5; }; }, 0,
        reads);
    profile p = b.f.make();
    std::map<std::string, int> chosen;
    for (int i = 0; i < 2000; ++i) ++chosen[std::get<placement>(b.run(p)).node];
    CHECK(chosen.size() == 10);
    for (const auto& [node, times] : chosen) CHECK(times > 140);  // 200 expected, deviation 14
  }
}

TEST_CASE("schedule: one feasible node is not scored") {
  bench b;
  b.f.add<of<fake_filter>>("A", [](auto& a) {
    a.on_filter = [](auto&, const cluster& c, node_id n) {
      return c.node(n).name == "n2" ? status::ok() : status::refuse("no");
    };
  });
  b.f.add<of<fake_score>>("B", [](auto& s) { s.on_score = [](auto&&...) { return 1000; }; });
  const placement p = std::get<placement>(b.run());
  CHECK(p.node == "n2");
  CHECK(p.evaluated_nodes == 3);
  CHECK(p.feasible_nodes == 1);
}

TEST_CASE("schedule: a nominated node that fits is taken at once; one that does not is passed over") {
  bench b;
  b.f.add<of<fake_filter>>("A", [](auto& a) { a.on_filter = refuses("n1", "no"); });
  b.f.add<of<fake_score>>("B", [](auto& s) {
    s.on_score = [](auto&, const cluster& c, node_id n) { return c.node(n).name == "n3" ? 100 : 0; };
  });
  placement p = std::get<placement>(b.run(make_pod("a").nominated_to("n2")));
  CHECK(p.node == "n2");
  CHECK(p.evaluated_nodes == 1);
  p = std::get<placement>(b.run(make_pod("a").nominated_to("n1")));
  CHECK(p.node == "n3");
  p = std::get<placement>(b.run(make_pod("a").nominated_to("gone")));
  CHECK(p.node == "n3");
}

TEST_CASE("schedule: a nominated node that refuses keeps its refusal beside the nodes that PreFilter named") {
  bench b;
  b.f.add<of<fake_pre_filter, fake_filter>>("N", [](auto& n) { n.on_pre_filter = names({"n2"}); });
  b.f.add<of<fake_filter>>("A", [](auto& a) { a.on_filter = refuses("*", "no"); });
  CHECK(b.message(make_pod("a")) == "0/3 nodes are available: 1 no, 2 node(s) didn't satisfy plugin(s) [N].");
  CHECK(b.message(make_pod("a").nominated_to("n1")) ==
        "0/3 nodes are available: 1 node(s) didn't satisfy plugin(s) [A N], 2 no.");
  CHECK(b.message(make_pod("a").nominated_to("n2")) ==
        "0/3 nodes are available: 1 no, 2 node(s) didn't satisfy plugin(s) [A N].");
}

TEST_CASE("schedule: percentageOfNodesToScore ends the search early, and the next goes on from there") {
  bench b(1000);
  b.f.add<of<fake_score>>("A");
  b.f.config.percentage_of_nodes_to_score = 20;
  profile p = b.f.make();
  std::map<std::string, int> chosen;
  for (int i = 0; i < 5; ++i) {
    const placement made = std::get<placement>(b.run(p));
    CHECK(made.feasible_nodes == 200);
    CHECK(made.evaluated_nodes == 200);
    CHECK(b.nodes.find_node(made.node) / 200 == static_cast<node_id>(i));
  }
  b.f.config.percentage_of_nodes_to_score = 0;  // 50 - 1000/125
  profile adaptive = b.f.make();
  CHECK(std::get<placement>(b.run(adaptive)).feasible_nodes == 420);
}

TEST_CASE("explain: where the nominated node is taken, a plugin that breaks on another hides nothing of the rest") {
  bench b(4);
  b.f.add<of<fake_filter>>("A", [](auto& a) {
    a.on_filter = [](auto&, const cluster& c, node_id n) {
      return c.node(n).name == "n2" ? status::failed("boom") : status::ok();
    };
  });
  b.f.add<of<fake_filter>>("B", [](auto& a) { a.on_filter = refuses("n3", "no"); });
  profile p = b.f.make();
  const explanation e = p.explain(b.nodes.intern(make_pod("a").nominated_to("n1")), b.nodes);
  CHECK(e.error == "");
  CHECK(e.best == list{"n1"});
  REQUIRE(e.nodes.size() == 4);
  REQUIRE(e.nodes[1].refused != nullptr);
  CHECK(*e.nodes[1].refused == status{code::error, {"running \"A\" filter plugin: boom"}, "A"});
  REQUIRE(e.nodes[2].refused != nullptr);
  CHECK(e.nodes[2].refused->message() == "no");
  CHECK(e.nodes[3].refused == nullptr);
}

TEST_CASE("explain: every node by name, with weighted scores, for one feasible node too") {
  bench b;
  b.f.add<of<fake_filter>>("A", [](auto& a) {
    a.on_filter = [](auto&, const cluster& c, node_id n) {
      return c.node(n).name == "n2" ? status::ok() : status::refuse("no");
    };
  });
  b.f.add<of<fake_score>>(
      "B", [](auto& s) { s.on_score = [](auto&&...) { return 30; }; }, 2);
  b.f.add<of<fake_pre_score, fake_score>>("C", [](auto& s) {
    s.on_pre_score = [](auto&&...) { return status::skipped(); };
    s.on_score = [](auto&&...) { return 30; };
  });
  profile p = b.f.make();
  const explanation e = p.explain(b.nodes.intern(make_pod("a")), b.nodes);
  CHECK(e.best == list{"n2"});
  REQUIRE(e.nodes.size() == 3);
  CHECK(e.nodes[0].name == "n1");
  CHECK(e.nodes[0].refused->message() == "no");
  CHECK(e.nodes[1].refused == nullptr);
  CHECK(e.nodes[1].total == 60);
  REQUIRE(e.nodes[1].scores.size() == 1);
  CHECK(e.nodes[1].scores[0] == std::pair<std::string_view, std::int64_t>{"B", 60});
}
