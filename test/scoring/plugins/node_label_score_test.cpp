#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace berth;
using namespace berth::test;

namespace {

using scores = std::vector<std::int64_t>;

// The scores of nodes with these values of the label, in their order; nullptr: without it.
scores of(const std::vector<const char*>& values, std::string_view args = "label: rank") {
  one_plugin score("NodeLabelScore", args);
  for (std::size_t i = 0; i < values.size(); ++i) {
    make_node node("n" + std::to_string(i));
    if (values[i] != nullptr) node.label("rank", values[i]);
    score.node(node);
  }
  return score.scores(make_pod("p"));
}

constexpr auto reversed = "{label: rank, reverse: true}";

std::string refused(std::string_view args) {
  try {
    one_plugin made("NodeLabelScore", args);
  } catch (const configuration_error& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("NodeLabelScore: a node scores its number's share of the largest; reversed, what is left of it") {
  CHECK(of({"10", "50", "100"}) == scores{10, 50, 100});
  CHECK(of({"10", "50", "100"}, reversed) == scores{90, 50, 0});
  CHECK(of({"1", "3"}) == scores{33, 100});
  CHECK(of({"7"}) == scores{100});
}

TEST_CASE("NodeLabelScore: a node without a number scores lowest both ways") {
  for (const char* no_number :
       {static_cast<const char*>(nullptr), "", "fast", "1e3", "0x10", "1.", ".5", "-", "1.2.3", "1 ", "-3", "١"}) {
    CAPTURE(std::string(no_number == nullptr ? "none" : no_number));
    CHECK(of({"2", no_number, "4"}) == scores{50, 0, 100});
    CHECK(of({"2", no_number, "4"}, reversed) == scores{50, 0, 0});
  }
  CHECK(of({nullptr, "x"}) == scores{0, 0});
  CHECK(of({nullptr, "x"}, reversed) == scores{0, 0});
}

TEST_CASE("NodeLabelScore: fractions count to the third digit") {
  CHECK(of({"0.5", "1.25", "2.5"}) == scores{20, 50, 100});
  CHECK(of({"0.001", "0.002", "0.0029"}) == scores{50, 100, 100});
  CHECK(of({"007", "7.000"}) == scores{100, 100});
}

TEST_CASE("NodeLabelScore: all zeros stay, or are 100 when reversed, as where kube-scheduler normalises") {
  CHECK(of({"0", "0.0"}) == scores{0, 0});
  CHECK(of({"0", "0.0"}, reversed) == scores{100, 100});
}

TEST_CASE("NodeLabelScore: numbers beyond 10^12 count as that, of whatever length") {
  CHECK(of({"1000000000000", "999999999999999999999999999999999999999999999999999999999999999"}) == scores{100, 100});
  CHECK(of({"500000000000", "1000000000000.999"}) == scores{50, 100});
}

TEST_CASE("NodeLabelScore: the best node wins in a profile, and another once its label changes") {
  one_plugin score("NodeLabelScore", "label: rank");
  score.node(make_node("a").label("rank", "1")).node(make_node("b").label("rank", "2")).node(make_node("c"));
  std::mt19937_64 random;
  const auto chosen = [&] {
    cycle_state cycle;
    return std::get<placement>(
               score.at_work().schedule(score.nodes().intern(make_pod("p")), score.nodes(), cycle, random))
        .node;
  };
  CHECK(chosen() == "b");
  score.node(make_node("c").label("rank", "2.5"));
  CHECK(chosen() == "c");
  score.node(make_node("b"));
  score.nodes().remove_node("c");
  CHECK(chosen() == "a");
}

TEST_CASE("NodeLabelScore: what is wrong in its arguments is named") {
  CHECK(refused("") == "profiles[0].pluginConfig[NodeLabelScore].args.label: is required");
  CHECK(refused("{label: 'not a key'}") == "args.label: \"not a key\" is not a label key");
  CHECK(refused("{label: rank, reverse: 'yes'}") == "args.reverse: expected true or false, found a string");
  CHECK(refused("{label: 5}") == "args.label: expected a string, found an integer");
  CHECK(refused("{label: rank, weight: 2}") == "args.weight: unknown field");
  CHECK(refused("{label: example.com/rank}") == "accepted");
}
