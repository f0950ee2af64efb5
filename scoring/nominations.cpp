#include "scoring/nominations.hpp"

#include <algorithm>

namespace berth::scoring {

std::span<const pod_info> nominations::on(std::string_view node_name) const {
  const auto there = by_node_.find(node_name);
  if (there == by_node_.end()) return {};
  return there->second;
}

std::string_view nominations::node_of(std::string_view pod_uid) const {
  const auto there = node_of_.find(pod_uid);
  return there == node_of_.end() ? std::string_view{} : std::string_view(there->second);
}

void nominations::set(const pod_info& pod, std::string_view node_name) {
  // Either may be part of what is taken out.
  const pod_info kept = pod;
  const std::string name(node_name);
  take_out(kept.pod->uid);
  if (name.empty()) return;
  by_node_[name].push_back(kept);
  node_of_.emplace(kept.pod->uid, name);
}

void nominations::take_out(std::string_view pod_uid) {
  const auto there = node_of_.find(pod_uid);
  if (there == node_of_.end()) return;
  const auto node = by_node_.find(there->second);
  std::erase_if(node->second, [&](const pod_info& p) { return p.pod->uid == there->first; });
  if (node->second.empty()) by_node_.erase(node);
  node_of_.erase(there);
}

void nominations::set_preempting(std::string_view pod_uid, bool is_preempting) {
  if (is_preempting)
    preempting_.emplace(pod_uid);
  else if (const auto there = preempting_.find(pod_uid); there != preempting_.end())
    preempting_.erase(there);
}

}  // namespace berth::scoring
