#include "k8s/api/selector.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;
using op = selector_operator;

namespace {

const string_map labels{{"app", "web"}, {"cores", "8"}, {"empty", ""}, {"odd", "8x"}, {"plus", "+8"}};

bool matches(std::string key, op o, std::vector<std::string> values) {
  return selector_requirement{std::move(key), o, std::move(values)}.matches(labels);
}
bool valid(std::string key, op o, std::vector<std::string> values) {
  return selector_requirement{std::move(key), o, std::move(values)}.valid();
}

}  // namespace

TEST_CASE("selector: In and NotIn compare values, and a missing key satisfies NotIn alone") {
  CHECK(matches("app", op::in, {"db", "web"}));
  CHECK_FALSE(matches("app", op::in, {"db"}));
  CHECK_FALSE(matches("none", op::in, {"web"}));
  CHECK(matches("empty", op::in, {""}));
  CHECK(matches("app", op::not_in, {"db"}));
  CHECK_FALSE(matches("app", op::not_in, {"db", "web"}));
  CHECK(matches("none", op::not_in, {"web"}));
}

TEST_CASE("selector: Exists and DoesNotExist look at the key") {
  CHECK(matches("empty", op::exists, {}));
  CHECK_FALSE(matches("none", op::exists, {}));
  CHECK(matches("none", op::does_not_exist, {}));
  CHECK_FALSE(matches("app", op::does_not_exist, {}));
}

TEST_CASE("selector: Gt and Lt compare integers, and what is none does not match") {
  CHECK(matches("cores", op::gt, {"7"}));
  CHECK_FALSE(matches("cores", op::gt, {"8"}));
  CHECK(matches("cores", op::lt, {"9"}));
  CHECK(matches("cores", op::gt, {"-9223372036854775808"}));
  CHECK(matches("plus", op::gt, {"+7"}));
  CHECK_FALSE(matches("odd", op::gt, {"7"}));
  CHECK_FALSE(matches("none", op::gt, {"7"}));
  CHECK_FALSE(matches("cores", op::gt, {"7.5"}));
  CHECK_FALSE(matches("cores", op::gt, {" 7"}));
  CHECK_FALSE(matches("cores", op::gt, {"+-7"}));
  CHECK_FALSE(matches("cores", op::lt, {"9223372036854775808"}));
}

TEST_CASE("selector: a requirement that does not parse matches nothing, and says so") {
  CHECK_FALSE(matches("app", op::unknown, {"web"}));
  CHECK_FALSE(matches("none", op::not_in, {}));
  CHECK_FALSE(matches("app", op::exists, {"web"}));
  CHECK_FALSE(matches("cores", op::gt, {"1", "2"}));
  CHECK_FALSE(valid("app", op::unknown, {"web"}));
  CHECK_FALSE(valid("app", op::in, {}));
  CHECK_FALSE(valid("app", op::does_not_exist, {"web"}));
  CHECK_FALSE(valid("cores", op::lt, {"many"}));
  CHECK(valid("cores", op::lt, {"8"}));
}

TEST_CASE("selector: keys and values are judged as label keys and values are") {
  CHECK(valid("example.com/app_1.x", op::in, {"", "a-b_c.d"}));
  for (const char* key :
       {"", "-a", "a-", "a b", "/a", "a/", "Example.com/a", "a..b/c", "a/b/c", "-a/b", "a-.b/c", "\xC3\xA4"}) {
    CAPTURE(key);
    CHECK_FALSE(valid(key, op::exists, {}));
  }
  CHECK(valid(std::string(63, 'a'), op::exists, {}));
  CHECK_FALSE(valid(std::string(64, 'a'), op::exists, {}));
  CHECK_FALSE(valid("a", op::in, {"-"}));
  CHECK_FALSE(valid("a", op::in, {std::string(64, 'a')}));
}

TEST_CASE("label selector: all of its parts must match, and an empty one matches everything") {
  CHECK(label_selector{}.matches(labels));
  CHECK(label_selector{}.empty());
  CHECK(label_selector{{{"app", "web"}}, {{"cores", op::exists, {}}}}.matches(labels));
  CHECK_FALSE(label_selector{{{"app", "web"}}, {{"none", op::exists, {}}}}.matches(labels));
  CHECK_FALSE(label_selector{{{"app", "db"}}, {}}.matches(labels));
}

TEST_CASE("label selector: knows no Gt and Lt") {
  const label_selector s{{}, {{"cores", op::gt, {"7"}}}};
  CHECK_FALSE(s.valid());
  CHECK_FALSE(s.matches(labels));
  CHECK_FALSE(label_selector{{{"a b", "c"}}, {}}.valid());
  CHECK(label_selector{{{"a", "c"}}, {}}.valid());
}

TEST_CASE("node selector: any term will do, of a term all, and an empty term matches no node") {
  const node_selector_term by_label{{{"app", op::in, {"web"}}, {"cores", op::gt, {"4"}}}, {}};
  const node_selector_term by_name{{}, {{"metadata.name", op::in, {"node-1"}}}};
  CHECK(by_label.matches(labels, "any"));
  CHECK_FALSE(by_label.matches({}, "any"));
  CHECK(by_name.matches({}, "node-1"));
  CHECK_FALSE(by_name.matches({}, "node-2"));
  CHECK_FALSE(node_selector_term{}.matches(labels, "node-1"));
  CHECK(node_selector{{{}, by_name}}.matches({}, "node-1"));
  CHECK_FALSE(node_selector{{{}, by_name}}.matches({}, "node-2"));
  CHECK_FALSE(node_selector{}.matches(labels, "node-1"));
  // Of what has no name, as the nodes of a volume, fields are not asked.
  CHECK(by_name.matches({}, ""));
  CHECK_FALSE(node_selector_term{{{"app", op::in, {"web"}}}, by_name.match_fields}.matches({}, ""));
  CHECK_FALSE(node_selector_term{{}, {{"metadata.name", op::exists, {}}}}.matches({}, ""));
}

TEST_CASE("node selector: fields know In and NotIn with one value") {
  const auto term = [](std::string key, op o, std::vector<std::string> values) {
    return node_selector_term{{}, {{std::move(key), o, std::move(values)}}};
  };
  CHECK(term("metadata.name", op::not_in, {"node-2"}).matches({}, "node-1"));
  CHECK_FALSE(term("metadata.name", op::not_in, {"node-1"}).matches({}, "node-1"));
  CHECK_FALSE(term("metadata.name", op::in, {"node-1", "node-2"}).matches({}, "node-1"));
  CHECK_FALSE(term("metadata.name", op::in, {"node-1", "node-2"}).valid());
  CHECK_FALSE(term("metadata.name", op::exists, {}).valid());
  CHECK_FALSE(term("metadata.uid", op::in, {"node-1"}).matches({}, "node-1"));
  CHECK(term("metadata.name", op::in, {"node-1"}).valid());
}
