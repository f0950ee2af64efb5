#include "controller/schedule/remedy_notes.hpp"

#include "scoring/remedies/remedies.hpp"

namespace berth::controller {

namespace {

constexpr int share = 10;  // of the time, a search may take one part

std::string with(const std::string& message, const std::string& change) {
  if (change.empty()) return message;
  std::string note = message + " To fit: " + change + ".";
  return note.size() <= remedy_notes::most_bytes ? note : message;
}

}  // namespace

std::string remedy_notes::note_of(const std::string& message, scoring::profile& by, const scoring::pod_info& pod,
                                  const scoring::cluster& nodes) {
  const instant begins = clock_.now();
  const auto there = known_.find({pod.pod->spec, message});
  if (there != known_.end()) return with(message, there->second);
  if (begins < not_before_) return message;
  const scoring::remedy_list found = scoring::find_pod_remedies(by, pod, nodes, {.node_checks = most_node_checks});
  const instant ends = clock_.now();
  not_before_ = ends + (share - 1) * (ends - begins);
  if (known_.size() == most_kept) {
    known_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
  const std::string change = found.told.empty() ? "" : found.told.front().sentence();
  oldest_first_.push_back(known_.emplace(verdict{pod.pod->spec, message}, change).first);
  return with(message, change);
}

}  // namespace berth::controller
