#include "scoring/index/image_pool.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

/// Images that many nodes have are one object, and those that no node has any more are forgotten.
using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

k8s::node_ptr node_with(const std::string& name, std::vector<std::pair<std::string, std::int64_t>> images) {
  make_node n(name);
  for (auto& [image, bytes] : images) n.image({image}, bytes);
  return n;
}

const void* object(const k8s::node_ptr& node, std::size_t i) { return node->images.entries()[i].get(); }

}  // namespace

TEST_CASE("image_pool: an image that another node has is that node's object, and nothing else changes") {
  image_pool pool;
  const k8s::node_ptr a = pool.share(node_with("a", {{"nginx", 7}, {"redis", 8}}));
  const k8s::node_ptr own = node_with("b", {{"own", 1}, {"redis", 8}});
  const k8s::node_ptr b = pool.share(own);
  CHECK(object(b, 1) == object(a, 1));
  CHECK(*b == *own);
  CHECK(pool.share(b) == b);
}

TEST_CASE("image_pool: of one name and two sizes, both stay as they are") {
  image_pool pool;
  const k8s::node_ptr a = pool.share(node_with("a", {{"nginx", 7}}));
  const k8s::node_ptr b = pool.share(node_with("b", {{"nginx", 9}}));
  CHECK((*a->images.begin()).size_bytes == 7);
  CHECK((*b->images.begin()).size_bytes == 9);
}

TEST_CASE("image_pool: an image without a name is nobody else's") {
  image_pool pool;
  make_node n("a");
  const k8s::node_ptr a = pool.share(n.image({}, 5));
  CHECK((*a->images.begin()).size_bytes == 5);
  CHECK(pool.size() == 0);
}

TEST_CASE("image_pool: images of nodes that are gone are forgotten in passing") {
  image_pool pool;
  for (int i = 0; i < 10'000; ++i) {
    pool.share(node_with("a", {{"image-" + std::to_string(i), 1}}));
    REQUIRE(pool.size() <= 64);
  }
}
