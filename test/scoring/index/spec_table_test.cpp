#include "scoring/index/spec_table.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <vector>

/// Specs of equal content become one, and those that nobody holds are forgotten, whatever became of their pods.
using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

std::shared_ptr<const k8s::pod_spec> spec_with(int i) {
  return make_pod("p").label("id", std::to_string(i)).build().spec;
}

}  // namespace

TEST_CASE("spec_table: equal specs become one object, and what they ask for is summed once") {
  spec_table table;
  const spec_table::entry a = table.intern(spec_with(1));
  const spec_table::entry b = table.intern(spec_with(1));
  CHECK(a.spec == b.spec);
  CHECK(a.requests == b.requests);
  CHECK(table.intern(spec_with(2)).spec != a.spec);
}

TEST_CASE("spec_table: specs that were only asked about are forgotten") {
  spec_table table;
  std::size_t most = 0;
  for (int i = 0; i < 10'000; ++i) {
    table.intern(spec_with(i));
    most = std::max(most, table.size());
  }
  CHECK(most <= 64);
}

TEST_CASE("spec_table: its length stays in proportion to what is alive, which waits in a line of its own") {
  spec_table table;
  std::deque<spec_table::entry> alive;
  for (int i = 0; i < 20'000; ++i) {
    alive.push_back(table.intern(spec_with(i)));
    if (alive.size() > 1000) alive.pop_front();
    REQUIRE(table.size() <= 64 + 2 * 1001);
  }
  alive.clear();
  for (int i = 0; i < 3000; ++i) table.intern(spec_with(i));
  CHECK(table.size() <= 64 + 2);
}

TEST_CASE("spec_table: when most pods have gone and none comes, their specs are forgotten") {
  spec_table table;
  std::deque<spec_table::entry> alive;
  for (int i = 0; i < 20'000; ++i) alive.push_back(table.intern(spec_with(i)));
  while (!alive.empty()) {
    alive.pop_front();
    table.pods_left(alive.size());
    REQUIRE(table.size() <= 64 + 4 * alive.size());
  }
}

TEST_CASE("spec_table: where the spec lives on and its sums do not, they are reckoned anew") {
  spec_table table;
  const std::shared_ptr<const k8s::pod_spec> kept =
      table.intern(make_pod("p").request("example.com/gpu", "2").build().spec).spec;
  CHECK(table.intern(kept).requests->of("example.com/gpu") == 2);
}

TEST_CASE("spec_table: a spec that is shared before it is interned is the same object then") {
  spec_table table;
  const std::shared_ptr<const k8s::pod_spec> first = table.share(spec_with(1));
  CHECK(table.share(spec_with(1)) == first);
  CHECK(table.share(spec_with(2)) != first);
  CHECK(table.intern(spec_with(1)).spec == first);
}
