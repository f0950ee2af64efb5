#include "k8s/api/object_name.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

using namespace berth::k8s;

TEST_CASE("object name: what Kubernetes takes for the name of a pod, a node or a namespace") {
  for (const char* name : {"a", "web-0", "a.b.c", "10.0.0.1", "ip-10-0-0-1.eu.internal"}) CHECK(is_object_name(name));
  CHECK(is_object_name(fmt::format("{:a<63}.{:b<189}", "", "")));
}

TEST_CASE("object name: what would lead elsewhere in a path, or forge a line, is none") {
  for (const char* name : {"",         ".",    "..",    "a/b", "../secrets", "kube-system/secrets?",
                           "a?b",      "a#b",  "a%2fb", "a b", "A",          "a\nb",
                           "a\r",      "-a",   "a-",    ".a",  "a.",         "a..b",
                           "\xc3\xa4", "a\\b", "a:b",   "a@b"}) {
    CAPTURE(name);
    CHECK_FALSE(is_object_name(name));
  }
  CHECK_FALSE(is_object_name(std::string_view("a\0b", 3)));
  CHECK_FALSE(is_object_name(std::string(254, 'a')));
}
