#pragma once

#include "k8s/api/node.hpp"
#include "scoring/cluster.hpp"
#include "scoring/index/name_map.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Which nodes have which container images. Part of `live_cluster`.
///
/// Nodes list their images by name, fifty and more each, mostly the same ones. Here each name is kept once, and a node
/// keeps pointers. Upstream: backend/cache, imageStates.
namespace berth::scoring {

class image_index {
 public:
  /// The images of one node: keys of the index, each once.
  using held = std::vector<const std::string*>;

  held add(node_id n, const k8s::image_list& images);
  void remove(node_id n, const held& images);
  /// Nullptr where no node has it.
  const image_state* find(std::string_view name) const;
  /// Whether `b` is what `a` was made from. (A list that names an image twice is always taken for another one.)
  static bool same(const held& a, const k8s::image_list& b);

 private:
  name_map<image_state> by_name_;
};

}  // namespace berth::scoring
