#include "scoring/index/what_if.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

struct picture {
  std::map<std::string, std::string> where;
  std::map<std::string, std::vector<std::int64_t>> rows;

  explicit picture(const cluster& c) {
    c.for_each_placed([&](const pod_info& p, std::string_view node) { where[p.pod->uid] = node; });
    c.nodes().for_each([&](node_id n) {
      rows[c.node(n).name] = {c.requested(cpu)[n], c.requested(memory)[n],
                              c.non_zero_cpu()[n], c.non_zero_memory()[n],
                              c.pod_count()[n],    static_cast<std::int64_t>(c.host_ports_on(n).size())};
    });
  }
  bool operator==(const picture&) const = default;
};

make_pod some_pod(std::size_t i, std::mt19937& random) {
  make_pod p("p" + std::to_string(i));
  p.cpu(std::to_string(random() % 5) + "00m");
  if (random() % 3 == 0) p.host_port(static_cast<std::int32_t>(random() % 3 + 1));
  if (random() % 3 == 0) p.avoids_pod_with("app", "a", "zone");
  if (random() % 5 == 0) p.resized("main", {{"cpu", "2"}}, {{"cpu", "1"}});
  return p;
}

}  // namespace

TEST_CASE("what_if: what is placed or removed is undone at the end of the scope") {
  live_cluster c;
  const node_id n = c.set_node(make_node("n1"));
  c.place(c.intern(make_pod("a").cpu("1")), "n1");
  const picture before(c);
  {
    what_if w(c);
    w.remove("default-a");
    w.place(c.intern(make_pod("b").cpu("2")), "n1");
    w.remove("unknown");
    CHECK(c.requested(cpu)[n] == 2000);
  }
  CHECK(picture(c) == before);
}

TEST_CASE("what_if: a pod that was moved goes back, as it was") {
  live_cluster c;
  c.set_node(make_node("n1"));
  c.set_node(make_node("n2"));
  c.place(c.intern(make_pod("a").cpu("1")), "n1");
  const picture before(c);
  what_if w(c);
  w.place(c.intern(make_pod("a").cpu("3")), "n2");
  CHECK(c.node_name_of("default-a") == "n2");
  w.undo();
  CHECK(picture(c) == before);
  CHECK(c.held_by("default-a")->of(cpu) == 1000);
}

TEST_CASE("what_if: any sequence is undone in full") {
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    live_cluster c;
    for (const char* name : {"n0", "n1", "n2"}) c.set_node(make_node(name));
    const auto somewhere = [&] { return "n" + std::to_string(random() % 4); };  // n3 is not known
    for (std::size_t i = 0; i < 10; ++i) c.place(c.intern(some_pod(i, random)), somewhere());
    const picture before(c);
    what_if w(c);
    for (int step = 0; step < 30; ++step) {
      if (random() % 2 == 0)
        w.place(c.intern(some_pod(random() % 15, random)), somewhere());
      else
        w.remove("default-p" + std::to_string(random() % 15));
    }
    w.undo();
    CHECK(picture(c) == before);
  }
}
