#include "scoring/placement_log.hpp"
#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

std::shared_ptr<const k8s::pod_spec> spec_of(const std::string& name) {
  return std::make_shared<const k8s::pod_spec>(make_pod(name).label("name", name).spec());
}

constexpr std::size_t many = placement_log::capacity;

// "+a -b": what came since, or "lost".
std::string since(const placement_log& log, std::uint64_t position) {
  std::string text;
  const bool known = log.for_each_since(position, [&](const k8s::pod_spec& spec, bool placed) {
    text += (text.empty() ? "" : " ") + std::string(placed ? "+" : "-") + *spec.labels.find("name");
  });
  return known ? text : "lost";
}

}  // namespace

TEST_CASE("placement log: tells what came and went since a position, oldest first") {
  placement_log log;
  log.add(spec_of("a"), 1, true, many);
  log.add(spec_of("b"), 1, true, many);
  log.add(spec_of("a"), 1, false, many);
  CHECK(since(log, 0) == "+a +b -a");
  CHECK(since(log, 2) == "-a");
  CHECK(since(log, log.position()).empty());
  CHECK(since(log, log.position() + 1) == "lost");  // of another log
}

TEST_CASE("placement log: what lies further back than it remembers is lost, and only that") {
  placement_log log;
  for (std::size_t i = 0; i < placement_log::capacity + 10; ++i) log.add(spec_of("p"), 1, true, many);
  CHECK(since(log, 9) == "lost");
  CHECK(since(log, 10) != "lost");
  CHECK(log.bytes() == placement_log::capacity);
}

TEST_CASE("placement log: of large specs it keeps few") {
  constexpr std::size_t large = placement_log::most_bytes / 4;
  placement_log log;
  const auto first = spec_of("first");
  log.add(first, large, true, many);
  for (int i = 0; i < 4; ++i) log.add(spec_of("next"), large, true, many);
  CHECK(first.use_count() == 1);  // given up
  CHECK(log.bytes() <= placement_log::most_bytes);
  CHECK(since(log, 0) == "lost");
  CHECK(since(log, 1) == "+next +next +next +next");
  log.add(spec_of("small"), 1, false, many);
  CHECK(since(log, 4) == "+next -small");
}

TEST_CASE("placement log: it remembers no more changes than pods are placed, and 64 in any case") {
  placement_log log;
  const auto first = spec_of("first");
  log.add(first, 1, true, 1);
  for (std::size_t placed = 2; placed <= 100; ++placed) log.add(spec_of("p"), 1, true, placed);
  CHECK(first.use_count() == 2);
  for (std::size_t placed = 100; placed > 0;) log.add(spec_of("p"), 1, false, --placed);
  CHECK(first.use_count() == 1);
  CHECK(log.bytes() == placement_log::least);
  CHECK(since(log, log.position() - placement_log::least) != "lost");
  CHECK(since(log, log.position() - placement_log::least - 1) == "lost");
}

TEST_CASE("placement log: one spec that is larger than all that may be kept is not kept") {
  placement_log log;
  log.add(spec_of("a"), 1, true, many);
  log.add(spec_of("huge"), placement_log::most_bytes + 1, true, many);
  CHECK(log.bytes() == 0);
  CHECK(since(log, 1) == "lost");
  log.add(spec_of("b"), 1, true, many);
  CHECK(since(log, 2) == "+b");
}

TEST_CASE("placement log: a cluster of pods with long image names keeps few of their specs") {
  live_cluster c;
  c.set_node(make_node("n1"));
  for (int i = 0; i < 40; ++i) {
    const pod_info pod =
        c.intern(make_pod("p" + std::to_string(i)).image(std::string(1 << 20, static_cast<char>('a' + i % 26))));
    c.place(pod, "n1");
    c.remove(pod.pod->uid);
  }
  CHECK(c.placements().bytes() <= placement_log::most_bytes);
  CHECK(c.placements().bytes() > placement_log::most_bytes / 2);
}
