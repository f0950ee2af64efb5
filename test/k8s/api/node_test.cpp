#include "k8s/api/node.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;
using effect = taint_effect;
using top = toleration_operator;

TEST_CASE("toleration: key, value and effect must agree, and what is empty agrees with all") {
  const taint t{"gpu", "yes", effect::no_schedule};
  CHECK(tolerates(toleration{"gpu", top::equal, "yes", effect::no_schedule}, t));
  CHECK(tolerates(toleration{"gpu", top::equal, "yes", effect::any}, t));
  CHECK(tolerates(toleration{"gpu", top::exists, "", effect::any}, t));
  CHECK(tolerates(toleration{"", top::exists, "", effect::any}, t));
  CHECK_FALSE(tolerates(toleration{"gpu", top::equal, "no", effect::any}, t));
  CHECK_FALSE(tolerates(toleration{"cpu", top::exists, "", effect::any}, t));
  CHECK_FALSE(tolerates(toleration{"gpu", top::exists, "", effect::no_execute}, t));
  CHECK(tolerates(toleration{"", top::equal, "yes", effect::any}, t));
}

TEST_CASE("toleration: an unknown operator tolerates nothing, an unknown effect only what tolerates all effects") {
  const taint t{"gpu", "8", effect::no_schedule};
  const taint strange{"gpu", "8", effect::unknown};
  CHECK_FALSE(tolerates(toleration{"gpu", top::unknown, "8", effect::any}, t));
  CHECK_FALSE(tolerates(toleration{"gpu", top::exists, "", effect::unknown}, t));
  CHECK_FALSE(tolerates(toleration{"gpu", top::exists, "", effect::unknown}, strange));
  CHECK(tolerates(toleration{"gpu", top::exists, "", effect::any}, strange));
}

TEST_CASE("toleration: one of several is enough") {
  const taint t{"gpu", "", effect::no_execute};
  CHECK_FALSE(tolerates(std::vector<toleration>{}, t));
  CHECK(tolerates({toleration{"x", top::exists, "", effect::any}, toleration{"gpu", top::equal, "", effect::any}}, t));
}
