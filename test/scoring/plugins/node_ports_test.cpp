#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

/// Cases after upstream's plugins/nodeports and plugins/nodename.
using namespace berth;
using namespace berth::test;

namespace {

struct port {
  const char* protocol;
  const char* ip;
  std::int32_t number;
};

make_pod with(std::string name, std::vector<port> ports) {
  make_pod pod(std::move(name));
  for (const port& p : ports) pod.host_port(p.number, p.protocol, p.ip);
  return pod;
}

bool fits(std::vector<port> wanted, std::vector<port> held) {
  one_plugin ports("NodePorts");
  ports.node(make_node("n")).placed(with("there", std::move(held)).on("n"));
  const std::string verdict = ports.verdict(with("p", std::move(wanted)));
  if (verdict != "fits") CHECK(verdict == "Unschedulable: node(s) didn't have free ports for the requested pod ports");
  return verdict == "fits";
}

}  // namespace

TEST_CASE("NodePorts: a port is taken by the same protocol on the same address") {
  CHECK(fits({}, {{"TCP", "", 80}}));
  CHECK(fits({{"UDP", "127.0.0.1", 8080}}, {{"UDP", "127.0.0.1", 9090}}));
  CHECK_FALSE(fits({{"UDP", "127.0.0.1", 8080}}, {{"UDP", "127.0.0.1", 8080}}));
  CHECK_FALSE(fits({{"TCP", "127.0.0.1", 8080}}, {{"TCP", "127.0.0.1", 8080}}));
  CHECK(fits({{"TCP", "127.0.0.1", 8080}}, {{"TCP", "127.0.0.2", 8080}}));
  CHECK(fits({{"UDP", "127.0.0.1", 8080}}, {{"TCP", "127.0.0.1", 8080}}));
  CHECK_FALSE(fits({{"UDP", "127.0.0.1", 8000}, {"UDP", "127.0.0.1", 8080}}, {{"UDP", "127.0.0.1", 8080}}));
  CHECK_FALSE(fits({{"TCP", "127.0.0.1", 8001}, {"UDP", "127.0.0.1", 8080}},
                   {{"TCP", "127.0.0.1", 8001}, {"UDP", "127.0.0.1", 8081}}));
}

TEST_CASE("NodePorts: 0.0.0.0, or no address, is every address, and no protocol is TCP") {
  CHECK_FALSE(fits({{"TCP", "0.0.0.0", 8001}}, {{"TCP", "127.0.0.1", 8001}}));
  CHECK_FALSE(fits({{"TCP", "10.0.10.10", 8001}, {"TCP", "0.0.0.0", 8001}}, {{"TCP", "127.0.0.1", 8001}}));
  CHECK_FALSE(fits({{"TCP", "127.0.0.1", 8001}}, {{"TCP", "0.0.0.0", 8001}}));
  CHECK(fits({{"UDP", "127.0.0.1", 8001}}, {{"TCP", "0.0.0.0", 8001}}));
  CHECK_FALSE(fits({{"UDP", "127.0.0.1", 8001}}, {{"TCP", "0.0.0.0", 8001}, {"UDP", "0.0.0.0", 8001}}));
  CHECK_FALSE(fits({{"", "", 80}}, {{"TCP", "10.0.0.1", 80}}));
}

TEST_CASE("NodePorts: of init containers only sidecars hold their ports") {
  const auto pod = [](std::string name, bool sidecar) {
    make_container c("init");
    c.host_port(80);
    if (sidecar) c.sidecar();
    return make_pod(std::move(name)).with_init(c);
  };
  one_plugin ports("NodePorts");
  ports.node(make_node("n")).placed(with("there", {{"TCP", "", 80}}).on("n"));
  CHECK(ports.verdict(pod("p", false)) == "fits");
  CHECK(ports.verdict(pod("p", true)) != "fits");
  ports.gone("default-there").placed(pod("there", false).on("n"));
  CHECK(ports.verdict(with("p", {{"TCP", "", 80}})) == "fits");
  ports.gone("default-there").placed(pod("there", true).on("n"));
  CHECK(ports.verdict(with("p", {{"TCP", "", 80}})) != "fits");
}

TEST_CASE("NodePorts: without its PreFilter the Filter says the same") {
  one_plugin ports("NodePorts", "", {extension_point::filter});
  ports.node(make_node("n")).placed(with("there", {{"TCP", "", 80}}).on("n"));
  CHECK(ports.verdict(with("p", {{"TCP", "", 80}})) != "fits");
  CHECK(ports.verdict(make_pod("p")) == "fits");
}

TEST_CASE("NodePorts: a placed pod that held a wanted port cures by going, and so does a new node") {
  one_plugin ports("NodePorts");
  const k8s::pod_ptr pod = with("p", {{"TCP", "", 80}});
  const auto goes = [&](const make_pod& other) {
    const k8s::pod gone = other;
    return ports.cures(pod, pod_event(event_resource::assigned_pod, action_delete, &gone, nullptr));
  };
  CHECK(goes(with("x", {{"TCP", "10.0.0.1", 80}}).on("n")));
  CHECK(goes(with("x", {{"TCP", "", 80}}).nominated_to("n")));
  CHECK_FALSE(goes(with("x", {{"TCP", "", 80}})));
  CHECK_FALSE(goes(with("x", {{"UDP", "", 80}}).on("n")));
  CHECK_FALSE(goes(make_pod("x").on("n")));
  const k8s::node node = make_node("n");
  CHECK(ports.cures(pod, node_event(action_add, nullptr, &node)));
  CHECK_FALSE(ports.cures(pod, node_event(action_update_labels, &node, &node)));
}

TEST_CASE("NodeName: a pod that names its node goes nowhere else") {
  one_plugin name("NodeName");
  name.node(make_node("foo")).node(make_node("bar"));
  CHECK(name.verdict(make_pod("p"), "foo") == "fits");
  CHECK(name.verdict(make_pod("p").on("foo"), "foo") == "fits");
  CHECK(name.verdict(make_pod("p").on("foo"), "bar") ==
        "UnschedulableAndUnresolvable: node(s) didn't satisfy plugin(s) [NodeName]");
  one_plugin filter_alone("NodeName", "", {extension_point::filter});
  filter_alone.node(make_node("foo")).node(make_node("bar"));
  CHECK(filter_alone.verdict(make_pod("p").on("foo"), "foo") == "fits");
  CHECK(filter_alone.verdict(make_pod("p").on("foo"), "bar") ==
        "UnschedulableAndUnresolvable: node(s) didn't match the requested node name");
  const k8s::node node = make_node("n");
  CHECK(name.cures(make_pod("p").on("n"), node_event(action_add, nullptr, &node)));
  CHECK_FALSE(name.cures(make_pod("p").on("n"), node_event(action_update_labels, &node, &node)));
}
