#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string_view>

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

TEST_CASE("NodePorts: what two pods hold stays taken until the second of them is gone") {
  one_plugin ports("NodePorts");
  ports.node(make_node("n"));
  ports.placed(with("a", {{"TCP", "10.0.0.1", 80}}).on("n")).placed(with("b", {{"TCP", "10.0.0.1", 80}}).on("n"));
  ports.gone("default-a");
  CHECK(ports.verdict(with("p", {{"TCP", "", 80}})) != "fits");
  ports.gone("default-b");
  CHECK(ports.verdict(with("p", {{"TCP", "", 80}})) == "fits");
}

TEST_CASE("NodePorts: ports by the thousand conflict as one by one they would") {
  std::mt19937 random(3);
  const char* const protocols[] = {"TCP", "UDP", ""};
  const char* const addresses[] = {"", "0.0.0.0", "10.0.0.1", "10.0.0.2", "::1"};
  const auto some = [&](std::size_t count, std::int32_t range) {
    std::vector<port> out;
    for (std::size_t i = 0; i < count; ++i)
      out.push_back({protocols[random() % 3], addresses[random() % 5],
                     static_cast<std::int32_t>(1 + random() % static_cast<unsigned>(range))});
    return out;
  };
  const auto same = [](const char* a, const char* b, const char* none) {
    return std::string_view(*a == 0 ? none : a) == std::string_view(*b == 0 ? none : b);
  };
  const auto conflict = [&](const port& a, const port& b) {
    const auto is_any = [&](const port& p) { return same(p.ip, "0.0.0.0", "0.0.0.0"); };
    return a.number == b.number && same(a.protocol, b.protocol, "TCP") &&
           (is_any(a) || is_any(b) || same(a.ip, b.ip, "0.0.0.0"));
  };
  int free = 0, all = 0;
  for (int round = 0; round < 300; ++round) {
    const std::vector<port> wanted = some(1 + random() % 30, 500), held = some(1 + random() % 60, 500);
    bool expected = true;
    for (const port& w : wanted)
      for (const port& h : held) expected = expected && !conflict(w, h);
    REQUIRE(fits(wanted, held) == expected);
    free += expected ? 1 : 0;
    ++all;
  }
  CHECK(free > all / 10);  // both outcomes were met
  CHECK(free < all * 9 / 10);
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
