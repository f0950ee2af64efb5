#include "controller/serving/pod_resources_text.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

using namespace berth;
using namespace berth::test;
using controller::pod_resources_text;

/// Upstream's own cases are in pkg/scheduler/metrics/resources/resources_test.go. What adds up to what is tested with
/// k8s/api/pod_resources.hpp.

namespace {

std::string text_of(const std::vector<k8s::pod>& pods) {
  pod_resources_text text;
  for (const k8s::pod& p : pods) text.add(p);
  const std::size_t bytes = text.bytes();
  std::string out = text.take();
  CHECK(out.size() == bytes);
  return out;
}

/// Without its head, and without what all lines have in common.
std::vector<std::string> values(const k8s::pod& pod, const std::string& name) {
  const std::string text = text_of({pod});
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(fmt::format("{}{{", name))) continue;
    const std::size_t unit = line.find("unit=\"");
    const std::size_t resource = line.find("resource=\"") + 10;
    out.push_back(fmt::format("{} {}", line.substr(resource, line.find('"', resource) - resource), line.substr(unit)));
  }
  return out;
}
std::vector<std::string> requests(const k8s::pod& pod) { return values(pod, "kube_pod_resource_request"); }
std::vector<std::string> limits(const k8s::pod& pod) { return values(pod, "kube_pod_resource_limit"); }
using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("pod resources text: names, labels, their order and the help are kube-scheduler's; limits come first") {
  const k8s::pod a = make_pod("a", "ns").scheduler("s").priority(-7).on("n1").cpu("1500m").limit("cpu", "2");
  const k8s::pod b = make_pod("b", "x").cpu("1");
  const std::string expected =
      R"(# HELP kube_pod_resource_limit [STABLE] Resources limit for workloads on the cluster, broken down by pod. )"
      R"(This shows the resource usage the scheduler and kubelet expect per pod for resources along with the unit )"
      R"(for the resource if any.
# TYPE kube_pod_resource_limit gauge
kube_pod_resource_limit{namespace="ns",node="n1",pod="a",priority="-7",resource="cpu",scheduler="s",unit="cores"} 2
# HELP kube_pod_resource_request [STABLE] Resources requested by workloads on the cluster, broken down by pod. )"
      R"(This shows the resource usage the scheduler and kubelet expect per pod for resources along with the unit )"
      R"(for the resource if any.
# TYPE kube_pod_resource_request gauge
kube_pod_resource_request{namespace="ns",node="n1",pod="a",priority="-7",resource="cpu",scheduler="s",unit="cores"} 1.5
kube_pod_resource_request{namespace="x",node="",pod="b",priority="0",resource="cpu",scheduler="berth",unit="cores"} 1
)";
  CHECK(text_of({a, b}) == expected);
}

TEST_CASE("pod resources text: each resource has its unit, and numbers are written as Go writes them") {
  const k8s::pod pod = make_pod("p")
                           .request("cpu", "100m")
                           .request("memory", "123Mi")
                           .request("storage", "5")
                           .request("ephemeral-storage", "2G")
                           .request("hugepages-2Mi", "1Mi")
                           .request("attachable-volumes-aws", "3")
                           .request("example.com/gpu", "100000")
                           .request("example.com/tiny", "20u")
                           .limit("memory", "1000000");
  CHECK(requests(pod) == lines{
                             R"(attachable-volumes-aws unit="integer"} 3)",
                             R"(cpu unit="cores"} 0.1)",
                             R"(ephemeral-storage unit="bytes"} 2e+09)",
                             R"(example.com/gpu unit=""} 100000)",
                             R"(example.com/tiny unit=""} 2e-05)",
                             R"(hugepages-2Mi unit="bytes"} 1.048576e+06)",
                             R"(memory unit="bytes"} 1.28974848e+08)",
                             R"(storage unit="bytes"} 5)",
                         });
  CHECK(limits(pod) == lines{R"(memory unit="bytes"} 1e+06)"});
}

TEST_CASE("pod resources text: amounts of zero and terminal pods are left out; a family without lines has no head") {
  CHECK(text_of({}).empty());
  CHECK(text_of({make_pod("p"), make_pod("q").cpu("0").limit("cpu", "0")}).empty());
  CHECK(text_of({make_pod("p").cpu("1").on("n1").phase(k8s::pod_phase::succeeded),
                 make_pod("q").cpu("1").on("n1").phase(k8s::pod_phase::failed)})
            .empty());
  CHECK(requests(make_pod("p").cpu("1").memory("0")) == lines{R"(cpu unit="cores"} 1)"});
  CHECK(text_of({make_pod("p").cpu("1")}).find("kube_pod_resource_limit") == std::string::npos);
}

TEST_CASE("pod resources text: quotes, backslashes and line breaks in names begin nothing") {
  const std::string text = text_of({make_pod("p").scheduler("a\"b\\c\nd").request("x\"y", "1")});
  CHECK(text.find(R"(resource="x\"y",scheduler="a\"b\\c\nd",unit=""} 1)") != std::string::npos);
}
