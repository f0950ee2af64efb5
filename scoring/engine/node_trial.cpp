#include "scoring/engine/node_trial.hpp"

#include <algorithm>

namespace berth::scoring {

// The cluster itself is not a const object, so it may be written to; the caller only sees it as const. The destructor
// puts everything back.
node_trial::node_trial(const cluster& nodes, node_id n)
    : nodes_(const_cast<cluster&>(nodes)),
      node_(n),
      real_(nodes.rows_[n]),
      tried_(*real_),
      non_zero_cpu_(nodes.non_zero_cpu_[n]),
      non_zero_memory_(nodes.non_zero_memory_[n]),
      pod_count_(nodes.pod_count_[n]) {
  for (const auto& column : nodes.requested_) requested_.push_back(column[n]);
  nodes_.rows_[n] = &tried_;
}

node_trial::~node_trial() {
  nodes_.rows_[node_] = real_;
  for (std::size_t r = 0; r < requested_.size(); ++r) nodes_.requested_[r][node_] = requested_[r];
  nodes_.non_zero_cpu_[node_] = non_zero_cpu_;
  nodes_.non_zero_memory_[node_] = non_zero_memory_;
  nodes_.pod_count_[node_] = pod_count_;
  nodes_.update_pod_sets(node_, *real_);
}

void node_trial::add(const pod_info& pod) {
  tried_.pods.push_back(pod);
  tried_.ports.add(pod.spec());
  count(pod, 1);
}

void node_trial::remove(const pod_info& pod) {
  const auto there = std::find_if(tried_.pods.begin(), tried_.pods.end(),
                                  [&](const pod_info& p) { return p.pod->uid == pod.pod->uid; });
  if (there == tried_.pods.end()) return;
  const pod_info gone = *there;  // `pod` may be the very one
  *there = tried_.pods.back();
  tried_.pods.pop_back();
  tried_.ports.remove(gone.spec());
  count(gone, -1);
}

void node_trial::count(const pod_info& pod, std::int64_t sign) {
  const bool placed = nodes_.node_name_of(pod.pod->uid) == real_->node->name;
  const demand* held = placed ? nodes_.held_by(pod.pod->uid) : nullptr;
  if (held == nullptr) held = pod.requests.get();
  cluster::add_scalars(tried_, *held, sign);
  nodes_.add_to_sums(node_, *held, sign);
  nodes_.update_pod_sets(node_, tried_);
}

}  // namespace berth::scoring
