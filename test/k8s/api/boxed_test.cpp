#include "k8s/api/boxed.hpp"

#include <doctest/doctest.h>

#include <string>

using berth::k8s::boxed;

TEST_CASE("boxed: copied by value, and as large as a pointer") {
  boxed<std::string> a = std::string("x");
  boxed<std::string> b = a;
  *b += "y";
  CHECK(*a == "x");
  CHECK(*b == "xy");
  CHECK(a != b);
  a = b;
  CHECK(a == b);
  CHECK(sizeof(boxed<std::string>) == sizeof(void*));
}

TEST_CASE("boxed: none is equal to none alone") {
  boxed<std::string> none;
  CHECK_FALSE(none.has_value());
  CHECK(none == boxed<std::string>(std::nullopt));
  CHECK(none != boxed<std::string>(std::string()));
  none.emplace() = "z";
  CHECK(*none == "z");
  none.reset();
  CHECK_FALSE(none);
}
