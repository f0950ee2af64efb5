#include "k8s/api/object_bytes.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace berth;
using namespace berth::test;

namespace {

std::size_t bytes_of(const make_pod& pod) { return k8s::bytes_of(pod.build()); }
const std::string megabyte(1 << 20, 'x');

}  // namespace

TEST_CASE("object bytes: a usual pod takes a few hundred bytes, each entry more a hundred") {
  const std::size_t usual = bytes_of(make_pod("p").label("app", "web").cpu("1"));
  CHECK(usual > 500);
  CHECK(usual < 3000);
  CHECK(bytes_of(make_pod("p").label("app", "web").label("tier", "front").cpu("1")) > usual + 50);
  CHECK(bytes_of(make_pod("p").label("app", "web").cpu("1").limit("cpu", "2")) > usual + 50);
  CHECK(bytes_of(make_pod("p").label("app", "web").cpu("1").pod_level_limits({{"cpu", "2"}})) > usual + 50);
  CHECK(bytes_of(make_pod("p").label("app", "web").cpu("1").host_port(80)) > usual + 50);
  CHECK(bytes_of(make_pod("p").label("app", "web").cpu("1").needs_node({"a", "b", "c"})) > usual + 200);
  CHECK(bytes_of(make_pod("p").label("app", "web").cpu("1").gate("g")) > usual + 50);
  CHECK(bytes_of(make_pod("p").label("app", "web").cpu("1").resized("main", {{"cpu", "1"}}, {{"cpu", "2"}})) >
        usual + 50);
}

TEST_CASE("object bytes: strings that the API server takes at any length count in full") {
  CHECK(bytes_of(make_pod("p").image(megabyte)) > megabyte.size());
  CHECK(bytes_of(make_pod("p").with_init(make_container("c").image(megabyte))) > megabyte.size());
  CHECK(bytes_of(make_pod("p").volume(k8s::volume_kind::image, megabyte)) > megabyte.size());
  CHECK(bytes_of(make_pod("p").scheduler(megabyte)) > megabyte.size());
  CHECK(bytes_of(make_pod("p").owner(megabyte, "o")) > megabyte.size());
  CHECK(bytes_of(make_pod("p").owner("K", megabyte)) > megabyte.size());
  CHECK(bytes_of(make_pod("p").condition("Unschedulable", megabyte)) > megabyte.size());
  CHECK(k8s::bytes_of(*k8s::node_ptr(make_node("n").annotation("a", megabyte))) > megabyte.size());
}

TEST_CASE("object bytes: a node's images, labels and taints count") {
  const std::size_t usual = k8s::bytes_of(*k8s::node_ptr(make_node("n")));
  CHECK(k8s::bytes_of(*k8s::node_ptr(make_node("n").label("a", "b"))) > usual);
  CHECK(k8s::bytes_of(*k8s::node_ptr(make_node("n").taint("t"))) > usual);
  CHECK(k8s::bytes_of(*k8s::node_ptr(make_node("n").image({"a", "b"}, 1))) > usual + 150);
}
