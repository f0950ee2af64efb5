#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

/// Cases after upstream's plugins/imagelocality, image_locality_test.go.
using namespace berth;
using namespace berth::test;

namespace {

using list = std::vector<std::int64_t>;

// A node with images gcr.io/SIZE:latest of so many MiB.
make_node node(std::string name, std::vector<std::int64_t> sizes) {
  make_node n(std::move(name));
  for (const std::int64_t size : sizes)
    n.image({"gcr.io/" + std::to_string(size) + ":latest", "gcr.io/" + std::to_string(size) + ":v1"},
            size * 1024 * 1024);
  return n;
}

make_pod pod(std::vector<std::string> images) {
  make_pod p("p");
  p.without_containers();
  for (std::string& image : images) p.with(make_container("c", std::move(image)));
  return p;
}

list scores(const make_pod& p, std::vector<make_node> nodes) {
  one_plugin images("ImageLocality");
  for (const make_node& n : nodes) images.node(n);
  return images.scores(p);
}

}  // namespace

TEST_CASE("ImageLocality: large images that are there count, scaled by how many nodes have them") {
  CHECK(scores(pod({"gcr.io/40", "gcr.io/250"}), {node("1", {40, 300, 2000}), node("2", {250, 10})}) == list{0, 5});
  CHECK(scores(pod({"gcr.io/40", "gcr.io/300"}), {node("1", {40, 300, 2000}), node("2", {250, 10})}) == list{7, 0});
  CHECK(scores(pod({"gcr.io/300", "gcr.io/600", "gcr.io/900"}),
               {node("1", {600, 40, 900}), node("2", {300, 600, 900}), node("3", {})}) == list{32, 36, 0});
  CHECK(scores(pod({"gcr.io/30", "gcr.io/40"}), {node("1", {20, 30, 40}), node("2", {4000, 30})}) == list{1, 0});
}

TEST_CASE("ImageLocality: sizes are clamped") {
  CHECK(scores(pod({"gcr.io/10", "gcr.io/4000"}), {node("1", {4000, 30}), node("2", {250, 10})}) == list{100, 0});
  CHECK(scores(pod({"gcr.io/10", "gcr.io/4000"}), {node("1", {4000, 30}), node("2", {250, 10}), node("3", {})}) ==
        list{66, 0, 0});
}

TEST_CASE("ImageLocality: init containers and image volumes count as containers do") {
  CHECK(scores(pod({"gcr.io/30"}).with_init(make_container("i", "gcr.io/300")),
               {node("1", {40, 300, 2000}), node("2", {20, 30, 40})}) == list{6, 0});
  CHECK(scores(pod({"gcr.io/30"}).volume(k8s::volume_kind::image, "gcr.io/300"),
               {node("1", {300, 600, 900}), node("2", {4000, 30})}) == list{6, 0});
  CHECK(scores(pod({"gcr.io/30", "gcr.io/300"}), {node("1", {300, 600, 900}), node("2", {4000, 30})}) == list{6, 0});
}

TEST_CASE("ImageLocality: a name without tag or digest means latest") {
  const std::vector<make_node> nodes{make_node("1").image({"reg:5000/a:latest"}, std::int64_t{800} << 20),
                                     make_node("2").image({"reg:5000/a@sha256:0f"}, std::int64_t{800} << 20)};
  CHECK(scores(pod({"reg:5000/a"}), nodes) == list{38, 0});
  CHECK(scores(pod({"reg:5000/a@sha256:0f"}), nodes) == list{0, 38});
  CHECK(scores(pod({"a"}), nodes) == list{0, 0});
  CHECK(scores(pod({}), nodes) == list{0, 0});
}

TEST_CASE("ImageLocality: an image that comes to a node counts at once") {
  one_plugin images("ImageLocality");
  images.node(node("1", {})).node(node("2", {900}));
  CHECK(images.scores(pod({"gcr.io/900"})) == list{0, 43});
  images.node(node("1", {900}));
  CHECK(images.scores(pod({"gcr.io/900"})) == list{89, 89});
}
