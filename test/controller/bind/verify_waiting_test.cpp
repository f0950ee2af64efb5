#include "controller/bind/verify_waiting.hpp"
#include "test/controller/cluster/cache_fixture.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;

namespace {

k8s::pod_ptr pod_of(const k8s::pod& pod) { return std::make_shared<const k8s::pod>(pod); }

struct missing : cache_fixture {
  missing() {
    nodes.replaced({make_node("n1")});
    namespaces.replaced({});
    pods.replaced({make_pod("waits"), make_pod("placed").on("n1")});
  }
  waiting_pods_check check{[](const std::string& name) { return name == "berth"; }};
  std::size_t missed(const std::vector<k8s::pod_ptr>& at_server) { return check.missed(cache, at_server).size(); }
};

}  // namespace

TEST_CASE("waiting pods: one that the watch did not bring is missed the second time that it is seen") {
  missing m;
  const std::vector<k8s::pod_ptr> at_server{pod_of(make_pod("waits")), pod_of(make_pod("lost"))};
  CHECK(m.missed(at_server) == 0);
  const auto missed = m.check.missed(m.cache, at_server);
  REQUIRE(missed.size() == 1);
  CHECK(missed[0]->key.name == "lost");
  m.pods.applied(missed[0]);
  CHECK(m.cache.find_waiting({"default", "lost"}, "default-lost") != nullptr);
  CHECK(m.missed(at_server) == 0);
}

TEST_CASE("waiting pods: one that the watch brings between two looks is not missed") {
  missing m;
  const std::vector<k8s::pod_ptr> at_server{pod_of(make_pod("late"))};
  CHECK(m.missed(at_server) == 0);
  m.pods.applied(make_pod("late"));
  CHECK(m.missed(at_server) == 0);
}

TEST_CASE(
    "waiting pods: neither what is placed or assumed here, nor what is others', nor what is being deleted is missed") {
  missing m;
  m.cache.assume(m.waiting("waits"), "n1");
  k8s::pod theirs = make_pod("theirs").scheduler("other");
  const std::vector<k8s::pod_ptr> at_server{pod_of(make_pod("waits")), pod_of(make_pod("placed")), pod_of(theirs),
                                            pod_of(make_pod("going").terminating())};
  for (int i = 0; i < 3; ++i) CHECK(m.missed(at_server) == 0);
}

TEST_CASE("waiting pods: one that was bound between two looks is not missed, nor one that was made anew") {
  missing m;
  k8s::pod first = make_pod("web");
  k8s::pod anew = first;
  anew.uid = "another";
  CHECK(m.missed({pod_of(first)}) == 0);
  CHECK(m.missed({}) == 0);
  CHECK(m.missed({pod_of(first)}) == 0);
  CHECK(m.missed({pod_of(anew)}) == 0);
  CHECK(m.missed({pod_of(anew)}) == 1);
}
