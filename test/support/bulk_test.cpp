#include "test/support/memory_api/bulk.hpp"

#include "test/support/memory_api/store.hpp"

#include <doctest/doctest.h>

namespace berth::memory_api {

namespace {

std::optional<std::string> put(store& objects, std::string_view items) {
  return put_items(objects, *json::parse("{\"items\":[" + std::string(items) + "]}"));
}

}  // namespace

TEST_CASE("bulk: objects are there as they came, each where its kind is kept") {
  store objects;
  CHECK(put(objects, R"({"apiVersion":"v1","kind":"Node","metadata":{"name":"a"}},
                        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"team"},"spec":{"nodeName":"a"}},
                        {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web","namespace":"team"}})") ==
        std::nullopt);
  CHECK(objects.get({"nodes", "", "a"}));
  CHECK(objects.get({"replicasets", "team", "web"}));
  CHECK(objects.get({"pods", "team", "web"})->value()["spec"]["nodeName"].string() == "a");
  CHECK(objects.revision() == 4);
}

TEST_CASE("bulk: an item that has no place is named") {
  store objects;
  CHECK(put(objects, R"({"apiVersion":"v2","kind":"Node","metadata":{"name":"a"}})") ==
        "no place for Node \"a\" of v2");
  CHECK(put(objects, R"({"apiVersion":"v1","kind":"Node"})") == "no place for Node \"\" of v1");
  CHECK(put_items(objects, json()) == std::nullopt);
}

}  // namespace berth::memory_api
