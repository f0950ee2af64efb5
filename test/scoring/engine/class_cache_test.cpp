#include "scoring/engine/class_cache.hpp"

#include "scoring/index/live_cluster.hpp"
#include "scoring/pod_fields.hpp"
#include "test/scoring/fakes.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

/// Which pods are a class, and how many classes are kept.
namespace {

// The classes of a profile with one filter that reads these fields of a pod, over a cluster of so many nodes.
struct some_classes {
  explicit some_classes(std::uint32_t fields, std::size_t node_count = 1) {
    f.add<of<fake_filter>>("A", [](auto&) {}, 0, {fields, reach::own_node});
    plugins.emplace(f.config, f.plugins);
    runs = filter_runs(*plugins);
    classes.emplace(*plugins, runs, kept);
    for (std::size_t i = 0; i < node_count; ++i) nodes.set_node(make_node("n" + std::to_string(i)));
  }
  // Whether the pod's class is new.
  bool is_new(const pod_info& pod) { return std::exchange(classes->find(pod, nodes).filtered.fresh, false); }
  bool is_new(const std::string& kind) { return is_new(nodes.intern(make_pod("p").label("kind", kind))); }

  fake_profile f;
  std::optional<lineup> plugins;
  std::vector<filter_run> runs;
  std::vector<kept_score> kept;
  std::optional<class_cache> classes;
  live_cluster nodes;
};

}  // namespace

TEST_CASE("class_cache: pods of one kind are one class, also where others came between") {
  some_classes c(pod_labels);
  CHECK(c.is_new("a"));
  CHECK_FALSE(c.is_new("a"));
  CHECK(c.is_new("b"));
  CHECK_FALSE(c.is_new("a"));
  CHECK_FALSE(c.is_new("b"));
  CHECK(c.classes->size() == 2);
}

TEST_CASE("class_cache: a class that was given up is made anew") {
  some_classes c(pod_labels);
  c.is_new("a");
  c.is_new("b");
  c.is_new("a");
  c.classes->drop_last();
  CHECK_FALSE(c.is_new("b"));
  CHECK(c.is_new("a"));
}

TEST_CASE("class_cache: of pods that are like no other few are kept, and those that recur stay") {
  some_classes c(pod_labels);
  c.is_new("recurs");
  c.is_new("recurs");
  for (int i = 0; i < 1000; ++i) REQUIRE(c.is_new(std::to_string(i)));
  CHECK(c.classes->size() <= class_cache::most_new + 1);
  CHECK_FALSE(c.is_new("recurs"));
  CHECK_FALSE(c.is_new("999"));
}

TEST_CASE("class_cache: a class that comes back soon after it was given up recurs, and stays from then on") {
  some_classes c(pod_labels);
  const auto new_ones = [&] {
    std::size_t found = 0;
    for (int i = 0; i < 500; ++i) found += c.is_new(std::to_string(i)) ? 1 : 0;
    return found;
  };
  CHECK(new_ones() == 500);
  CHECK(new_ones() == 500 - class_cache::most_new);
  CHECK(new_ones() == 0);
}

TEST_CASE("class_cache: of those that recur the least recently used are given up beyond the budget") {
  some_classes c(pod_labels, 10'000);
  const auto use_twice = [&](const std::string& kind) {
    c.is_new(kind);
    return c.is_new(kind);
  };
  CHECK_FALSE(use_twice("first"));
  std::size_t others = 0;
  do {
    REQUIRE_FALSE(use_twice(std::to_string(others++)));
    REQUIRE(others < 20'000);
  } while (c.classes->size() == others + 1);
  CHECK(c.classes->size() > 50);
  CHECK_FALSE(c.is_new(std::to_string(others - 1)));
  CHECK(c.is_new("first"));
}

TEST_CASE("class_cache: pods with one hash and different content are two classes") {
  some_classes c(pod_images);
  const auto with_image_volume = [&](const char* image) {
    return c.nodes.intern(make_pod("p").volume(k8s::volume_kind::image, image));
  };
  const pod_info one = with_image_volume("one");
  const pod_info other = with_image_volume("other");
  REQUIRE(hash_of(*one.pod, pod_images) == hash_of(*other.pod, pod_images));
  CHECK(c.is_new(one));
  CHECK(c.is_new(other));
  CHECK(c.classes->size() == 2);
  CHECK_FALSE(c.is_new(one));
}

TEST_CASE("class_cache: of pods that take a megabyte few are kept") {
  some_classes c(pod_labels);
  for (int i = 0; i < 100; ++i) {
    make_pod pod("p");
    std::vector<k8s::string_map::entry> labels;
    for (int k = 0; k < 10'000; ++k) labels.emplace_back("k" + std::to_string(k), std::to_string(i));
    k8s::pod large = pod;
    k8s::pod_spec spec = *large.spec;
    spec.labels = k8s::string_map(std::move(labels));
    large.spec = std::make_shared<const k8s::pod_spec>(std::move(spec));
    REQUIRE(c.is_new(c.nodes.intern(std::make_shared<const k8s::pod>(std::move(large)))));
    REQUIRE(c.classes->size() <= 10);
  }
  for (int i = 0; i < 100; ++i)
    for (int twice = 0; twice < 2; ++twice) c.is_new(std::to_string(i));
  CHECK(c.classes->size() > 90);
}
