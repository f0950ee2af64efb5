#include "scoring/reservations/reserved_nodes.hpp"

namespace berth::scoring {

void reserved_nodes::node_changed(node_id n, const k8s::node* before, const k8s::node& now) {
  if (on_.size() <= n) {
    on_.resize(std::size_t{n} + 1);
    nodes_.resize(on_.size());
  }
  if (before != nullptr && before->annotations == now.annotations) return;
  on_[n] = reservations_of(now).good;
  if (on_[n].empty())
    nodes_.erase(n);
  else
    nodes_.insert(n);
}

void reserved_nodes::node_removed(node_id n, const k8s::node&) {
  on_[n].clear();
  nodes_.erase(n);
}

}  // namespace berth::scoring
