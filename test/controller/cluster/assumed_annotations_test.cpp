#include "test/controller/cluster/cache_fixture.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;
using berth::test::cache_fixture;
using berth::test::lines;
using berth::test::make_node;
using berth::test::make_pod;

namespace {

const k8s::string_map& shown(const cache_fixture& f, const std::string& node) {
  return f.cache.index().node(f.cache.index().find_node(node)).annotations;
}

struct placement_scribe final : placement_observer {
  lines told;
  void placed(const k8s::pod_ptr& p, bool assumed) override {
    told.push_back(p->uid + (assumed ? " assumed on " : " on ") + p->node_name);
  }
  void left(const k8s::pod_ptr& p, bool assumed) override {
    told.push_back(p->uid + (assumed ? " assumed no more" : " left"));
  }
  void node_seen(const k8s::node_ptr& n) override { told.push_back("seen " + n->name); }
  void node_gone(const k8s::node_ptr& n) override { told.push_back("gone " + n->name); }
};

}  // namespace

TEST_CASE_FIXTURE(cache_fixture,
                  "cache: assumed annotations count at once, over whatever the watch shows, until taken back") {
  nodes.applied(make_node("n1").annotation("a", "1").annotation("b", "1"));
  ear.take();
  cache.assume_annotations("n1", {{{"c", "1"}}, {"a"}});
  CHECK(shown(*this, "n1") == k8s::string_map{{"b", "1"}, {"c", "1"}});
  CHECK(ear.take() == lines{"NodeUpdateNodeAnnotation"});
  nodes.applied(make_node("n1").version("2").annotation("a", "2").annotation("b", "2"));
  CHECK(shown(*this, "n1") == k8s::string_map{{"b", "2"}, {"c", "1"}});
  ear.take();
  cache.assume_annotations("n1", {});
  CHECK(shown(*this, "n1") == k8s::string_map{{"a", "2"}, {"b", "2"}});
}

TEST_CASE_FIXTURE(cache_fixture, "cache: what the watch confirms is no news, and neither is a heartbeat under it") {
  nodes.applied(make_node("n1"));
  cache.assume_annotations("n1", {{{"c", "1"}}, {}});
  ear.take();
  nodes.applied(make_node("n1").version("2").annotation("c", "1"));
  cache.assume_annotations("n1", {});
  nodes.applied(make_node("n1").version("3").annotation("c", "1"));
  CHECK(ear.take().empty());
}

TEST_CASE_FIXTURE(cache_fixture, "cache: annotations assumed of a node that is not there count when it comes") {
  cache.assume_annotations("n1", {{{"c", "1"}}, {}});
  nodes.applied(make_node("n1"));
  CHECK(shown(*this, "n1") == k8s::string_map{{"c", "1"}});
  nodes.removed(make_node("n1"));
  nodes.applied(make_node("n1"));
  CHECK(shown(*this, "n1") == k8s::string_map{{"c", "1"}});
}

TEST_CASE_FIXTURE(cache_fixture,
                  "cache: whoever observes is told of all that holds room, assumed or confirmed, and of its leaving") {
  placement_scribe by;
  cache.observe(by);
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("a"));
  cache.assume(waiting("a"), "n1");
  pods.applied(make_pod("a").version("2").on("n1"));
  pods.applied(make_pod("a").version("3").on("n1").terminating());
  pods.removed(make_pod("a"));
  pods.applied(make_pod("b"));
  cache.assume(waiting("b"), "n1");
  cache.forget("default-b");
  pods.applied(make_pod("c").on("n1"));
  pods.applied(make_pod("c").version("2").on("n1").phase(k8s::pod_phase::failed));
  nodes.removed(make_node("n1"));
  CHECK(by.told == lines{"seen n1", "default-a assumed on n1", "default-a on n1", "default-a on n1", "default-a left",
                         "default-b assumed on n1", "default-b assumed no more", "default-c on n1", "default-c left",
                         "gone n1"});
}
