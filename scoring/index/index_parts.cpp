#include "scoring/index/index_parts.hpp"

#include <utility>

namespace berth::scoring {

const index_part& index_parts::find(const std::type_info& type, std::unique_ptr<index_part> (*make)(),
                                    const cluster& nodes) {
  for (const entry& e : list_)
    if (*e.type == type) return *e.part;
  std::unique_ptr<index_part> made = make();
  nodes.nodes().for_each([&](node_id n) {
    made->node_changed(n, nullptr, nodes.node(n));
    for (const pod_info& pod : nodes.pods_on(n)) made->pod_placed(n, pod);
  });
  list_.push_back({&type, std::move(made)});
  return *list_.back().part;
}

}  // namespace berth::scoring
