#include "test/support/memory_api/store.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace berth::memory_api;

namespace {

json named(const std::string& name, int value) {
  return json::object{{"metadata", json::object{{"name", name}}}, {"value", value}};
}
object_path pod(const std::string& name, const std::string& in = "default") { return {"pods", in, name}; }

std::string names(const std::vector<object_ptr>& objects) {
  std::string all;
  for (const auto& o : objects)
    all += std::string(o->value()["metadata"]["name"].string()) + std::to_string(o->value()["value"].integer()) + " ";
  return all;
}

}  // namespace

TEST_CASE("store: every change has the next revision, and the object carries it") {
  store s;
  const auto begin = s.revision();
  CHECK(s.put(pod("a"), named("a", 1))->value()["metadata"]["resourceVersion"].string() == std::to_string(begin + 1));
  s.put(pod("a"), named("a", 2));
  s.remove(pod("a"));
  s.remove(pod("a"));
  CHECK(s.revision() == begin + 3);
  CHECK(s.get(pod("a")) == nullptr);
}

TEST_CASE("store: a list is in order of namespace and name, of one namespace or of all") {
  store s;
  s.put(pod("b"), named("b", 1));
  s.put(pod("a", "z"), named("a", 2));
  s.put(pod("a"), named("a", 3));
  s.put({"nodes", "", "n"}, named("n", 4));
  CHECK(names(s.list("pods")) == "a3 b1 a2 ");
  CHECK(names(s.list("pods", "default")) == "a3 b1 ");
  CHECK(names(s.list("nodes")) == "n4 ");
  CHECK(s.list("services").empty());
}

TEST_CASE("store: the past can be listed as far as the log goes back") {
  store s;
  s.put(pod("a"), named("a", 1));
  const auto then = s.revision();
  s.put(pod("a"), named("a", 2));
  s.put(pod("b"), named("b", 3));
  s.remove(pod("a"));
  CHECK(names(s.list_at(then, "pods", "")) == "a1 ");
  CHECK(names(s.list_at(then + 2, "pods", "")) == "a2 b3 ");
  CHECK(names(s.list_at(s.revision(), "pods", "")) == "b3 ");
}

TEST_CASE("store: the log forgets beyond its window, and all of it when compacted") {
  store s(2);
  CHECK(s.oldest() == s.revision());
  for (int i = 0; i < 5; ++i) s.put(pod("a"), named("a", i));
  CHECK(s.oldest() == s.revision() - 2);
  CHECK(s.after(s.oldest())->revision == s.oldest() + 1);
  s.compact();
  CHECK(s.oldest() == s.revision());
  CHECK(s.after(s.oldest()) == s.end());
  CHECK(names(s.list("pods")) == "a4 ");
}

TEST_CASE("store: a deletion's last version carries the deletion's revision") {
  store s;
  s.put(pod("a"), named("a", 1));
  change seen;
  s.on_change = [&](const change& c) { seen = c; };
  s.remove(pod("a"));
  CHECK(seen.after == nullptr);
  CHECK(seen.last->value()["metadata"]["resourceVersion"].string() == std::to_string(s.revision()));
}
