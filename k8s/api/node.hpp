#pragma once

#include "k8s/api/declared_features.hpp"
#include "k8s/api/metadata.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/api/quantity.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Nodes and Namespaces, in the fields that a scheduler reads. Immutable once decoded.
namespace berth::k8s {

struct taint {
  std::string key;
  std::string value;
  taint_effect effect = taint_effect::no_schedule;

  bool operator==(const taint&) const = default;
};

/// Whether the toleration tolerates the taint. Upstream: component-helpers/scheduling/corev1, ToleratesTaint.
bool tolerates(const toleration& t, const taint& of) noexcept;
bool tolerates(const std::vector<toleration>& tolerations, const taint& of) noexcept;

struct container_image {
  std::vector<std::string> names;
  std::int64_t size_bytes = 0;

  bool operator==(const container_image&) const = default;
};

/// A node's images, fifty and more. Most of them are on many nodes, so each is an object of its own that nodes can
/// share: `scoring::image_pool` sees to that. Lists are equal by content.
class image_list {
 public:
  using entry = std::shared_ptr<const container_image>;

  image_list() = default;
  image_list(std::initializer_list<container_image> images) {
    for (const container_image& i : images) push_back(i);
  }

  void reserve(std::size_t count) { entries_.reserve(count); }
  void push_back(container_image image) {
    entries_.push_back(std::make_shared<const container_image>(std::move(image)));
  }
  std::size_t size() const noexcept { return entries_.size(); }
  const std::vector<entry>& entries() const noexcept { return entries_; }
  std::vector<entry>& entries() noexcept { return entries_; }  ///< never null

  class iterator {
   public:
    explicit iterator(const entry* at) noexcept : at_(at) {}
    const container_image& operator*() const noexcept { return **at_; }
    iterator& operator++() noexcept { return ++at_, *this; }
    bool operator==(const iterator&) const = default;

   private:
    const entry* at_;
  };
  iterator begin() const noexcept { return iterator(entries_.data()); }
  iterator end() const noexcept { return iterator(entries_.data() + entries_.size()); }

  friend bool operator==(const image_list& a, const image_list& b) {
    return std::equal(a.entries_.begin(), a.entries_.end(), b.entries_.begin(), b.entries_.end(),
                      [](const entry& x, const entry& y) { return x == y || *x == *y; });
  }

 private:
  std::vector<entry> entries_;
};

struct node {
  std::string name;
  std::string uid;
  std::string resource_version;
  string_map labels;
  string_map annotations;
  bool unschedulable = false;
  std::vector<taint> taints;
  resource_list allocatable;
  image_list images;
  k8s::declared_features declared_features = 0;  ///< of those that a pod may need

  bool operator==(const node&) const = default;
};

using node_ptr = std::shared_ptr<const node>;

struct namespace_object {
  std::string name;
  std::string uid;
  std::string resource_version;
  string_map labels;

  bool operator==(const namespace_object&) const = default;
};

using namespace_ptr = std::shared_ptr<const namespace_object>;

}  // namespace berth::k8s
