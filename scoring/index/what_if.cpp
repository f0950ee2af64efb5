#include "scoring/index/what_if.hpp"

namespace berth::scoring {

void what_if::place(const pod_info& pod, std::string_view node_name) {
  remember(pod);
  cluster_.place(pod, node_name);
}

void what_if::remove(std::string_view pod_uid) {
  const pod_info* there = cluster_.find_placed(pod_uid);
  if (there == nullptr) return;
  const pod_info pod = *there;  // keeps the uid alive
  remember(pod);
  cluster_.remove(pod.pod->uid);
}

node_id what_if::add_node(k8s::node_ptr node) {
  done_.push_back({pod_info{}, node->name});
  return cluster_.set_node(std::move(node));
}

void what_if::remember(const pod_info& pod) {
  const pod_info* before = cluster_.find_placed(pod.pod->uid);
  done_.push_back({before != nullptr ? *before : pod, std::string(cluster_.node_name_of(pod.pod->uid))});
}

void what_if::undo() {
  for (; !done_.empty(); done_.pop_back()) {
    const step& s = done_.back();
    if (s.pod.pod == nullptr)
      cluster_.remove_node(s.node_name);
    else if (s.node_name.empty())
      cluster_.remove(s.pod.pod->uid);
    else
      cluster_.place(s.pod, s.node_name);
  }
}

}  // namespace berth::scoring
