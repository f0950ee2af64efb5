#include "controller/cluster/cluster_change.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace berth;
using namespace berth::test;
using scoring::event_resource;

namespace {

using lines = std::vector<std::string>;

// What an update says of a pod whose containers ask for these amounts before and after it.
lines labels(event_resource about, const amounts& before, const amounts& after, const amounts& overhead = {}) {
  const auto pod = [&](const char* version, const amounts& requests) {
    make_pod made("p");
    made.version(version).without_containers().with(make_container("c").requests(requests)).overhead(overhead);
    if (about == event_resource::assigned_pod) made.on("n");
    return std::make_shared<const k8s::pod>(made.build());
  };
  lines all;
  for (const controller::cluster_change& c : controller::pod_changes(pod("1", before), pod("2", after), about))
    all.emplace_back(c.label);
  return all;
}

lines of_placed(const amounts& before, const amounts& after, const amounts& overhead = {}) {
  return labels(event_resource::assigned_pod, before, after, overhead);
}

const lines down{"AssignedPodUpdatePodScaleDown"};
const lines up{"AssignedPodUpdatePodScaleUp"};
const lines neither{"AssignedPodUpdate"};

}  // namespace

TEST_CASE("pod change: a pod that asks for less of one resource and for more of another is scaled down and up") {
  CHECK(of_placed({{"cpu", "2"}}, {{"cpu", "1"}}) == down);
  CHECK(of_placed({{"cpu", "1"}}, {{"cpu", "2"}}) == up);
  CHECK(of_placed({{"cpu", "1"}}, {{"cpu", "1000m"}}) == neither);
  CHECK(of_placed({{"cpu", "2"}, {"memory", "1Gi"}}, {{"cpu", "1"}, {"memory", "2Gi"}}) ==
        lines{"AssignedPodUpdatePodScaleDown", "AssignedPodUpdatePodScaleUp"});
  CHECK(labels(event_resource::target_pod, {{"cpu", "2"}}, {{"cpu", "1"}}) == lines{"TargetPodUpdatePodScaleDown"});
}

// The right values are those of upstream's extractPodScaleDown and extractPodScaleUp, which compare MilliValue().
TEST_CASE("pod change: amounts are compared in thousandths of 64 bits that wrap around") {
  CHECK(of_placed({{"memory", "8Pi"}}, {{"memory", "1Gi"}}) == down);
  CHECK(of_placed({{"memory", "9Pi"}}, {{"memory", "1Gi"}}) == up);  // is below zero
  CHECK(of_placed({{"memory", "1Gi"}}, {{"memory", "9Pi"}}) == down);
  CHECK(of_placed({{"memory", "1Ei"}}, {{"cpu", "10m"}}, {{"memory", "32Mi"}}) == up);
  CHECK(of_placed({{"memory", "2Ei"}}, {{"memory", "0"}}) == neither);     // 2^61 thousands are 125 * 2^64
  CHECK(of_placed({{"memory", "100Ei"}}, {{"memory", "0"}}) == up);        // is capped at 2^63 - 1, and wraps to -1000
  CHECK(of_placed({{"memory", "1500m"}}, {{"memory", "1200m"}}) == down);  // 2 bytes are held before and after it
  CHECK(of_placed({{"cpu", "10Pi"}}, {{"cpu", "1"}}) == up);
}

TEST_CASE("pod change: a resource that is named no more counts, whatever its amount and whoever has it") {
  CHECK(of_placed({{"cpu", "0"}}, {}) == down);
  CHECK(of_placed({}, {{"cpu", "0"}}) == up);
  CHECK(of_placed({{"storage", "1"}}, {}) == down);  // no node has it
  CHECK(labels(event_resource::target_pod, {{"example.com/gpu", "0"}}, {}) == lines{"TargetPodUpdatePodScaleDown"});
}
