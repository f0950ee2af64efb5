#pragma once

#include "k8s/api/node.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <cstddef>
#include <memory>

/// The container images that nodes list, each content once: thousands of nodes have the same fifty.
///
/// Owned by `live_cluster`, on its strand. An image lives as long as a node holds it: the pool only watches, and
/// forgets the dead in passing, so that it has at most twice as many entries as images were alive at the last sweep,
/// and 64 more.
namespace berth::scoring {

class image_pool {
 public:
  /// The node with the one object of each of its images: itself, where it has those already.
  k8s::node_ptr share(k8s::node_ptr node);
  std::size_t size() const noexcept { return by_name_.size(); }

 private:
  using entry = k8s::image_list::entry;
  entry one_of(const entry& image);
  static constexpr std::size_t few = 64;
  k8s::text_map<std::weak_ptr<const k8s::container_image>> by_name_;  ///< by the first of its names
  std::size_t sweep_at_ = few;
};

}  // namespace berth::scoring
