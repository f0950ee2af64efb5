#include "scoring/preemption/budgets.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;
using namespace berth::scoring;

/// Rows of upstream's TestFilterVictimsWithPDBViolation, and what reports of its faults add.
namespace {

k8s::disruption_budget budget(int allowed, k8s::string_map labels = {{"app", "foo"}}) {
  k8s::disruption_budget b;
  b.key = {"default", "b"};
  b.selector.emplace().match_labels = std::move(labels);
  b.disruptions_allowed = allowed;
  return b;
}

make_pod foo(const char* name) { return make_pod(name).label("app", "foo").label("tier", "backend"); }

// Which of the pods, in order, violate a budget.
std::string violating(const std::vector<k8s::disruption_budget>& budgets, std::vector<make_pod> pods) {
  std::vector<k8s::disruption_budget_ptr> shared;
  for (const auto& b : budgets) shared.push_back(std::make_shared<const k8s::disruption_budget>(b));
  budget_count count(shared);
  std::string names;
  for (const make_pod& p : pods) {
    const k8s::pod pod = p;
    if (count.violated_by(pod)) names += (names.empty() ? "" : " ") + pod.key.name;
  }
  return names;
}

}  // namespace

TEST_CASE("budgets: a pod violates those that match it and allow no more") {
  CHECK(violating({}, {}).empty());
  CHECK(violating({budget(0, {{"app", "bar"}})}, {foo("p1")}).empty());
  CHECK(violating({budget(1)}, {foo("p1")}).empty());
  CHECK(violating({budget(0)}, {foo("p1")}) == "p1");
  CHECK(violating({budget(1)}, {foo("p1"), foo("p2")}) == "p2");
  CHECK(violating({budget(1), budget(0, {{"tier", "backend"}})}, {foo("p1")}) == "p1");
  CHECK(violating({budget(1), budget(1, {{"tier", "backend"}})}, {foo("p1")}).empty());
}

TEST_CASE("budgets: pods of other namespaces, without labels, or counted as disrupted are no violation") {
  k8s::disruption_budget elsewhere = budget(0);
  elsewhere.key.namespace_ = "other";
  CHECK(violating({elsewhere}, {foo("p1")}).empty());
  k8s::disruption_budget any = budget(0);
  any.selector.emplace().match_expressions.push_back({"app", k8s::selector_operator::does_not_exist, {}});
  CHECK(violating({any}, {make_pod("bare")}).empty());
  k8s::disruption_budget counted = budget(0);
  counted.disrupted_pods.set("p1", "2026-01-01T00:00:00Z");
  CHECK(violating({counted}, {foo("p1"), foo("p2")}) == "p2");
}

TEST_CASE("budgets: a selector that is absent, empty or does not parse matches nothing") {
  k8s::disruption_budget absent = budget(0);
  absent.selector.reset();
  CHECK(violating({absent}, {foo("p1")}).empty());
  CHECK(violating({budget(0, {})}, {foo("p1")}).empty());
  k8s::disruption_budget broken = budget(0);
  broken.selector->match_expressions.push_back({"app", k8s::selector_operator::unknown, {"foo"}, "Like"});
  CHECK(violating({broken, budget(0)}, {foo("p1")}) == "p1");
}

TEST_CASE("budgets: the first that is exceeded ends the look, so that later ones keep what they allow") {
  const auto tier = [](int allowed) { return budget(allowed, {{"tier", "backend"}}); };
  make_pod only_tier = make_pod("p2").label("tier", "backend");
  CHECK(violating({budget(0), tier(1)}, {foo("p1"), only_tier}) == "p1");
  CHECK(violating({tier(1), budget(0)}, {foo("p1"), only_tier}) == "p1 p2");
}
