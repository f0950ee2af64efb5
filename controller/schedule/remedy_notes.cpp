#include "controller/schedule/remedy_notes.hpp"

#include "scoring/remedies/remedies.hpp"

#include <iterator>
#include <utility>

namespace berth::controller {

namespace {

constexpr int share = 10;  // of the time, a search may take one part

// Upstream's words mostly end with a full stop; those of a plugin, and "no nodes available ...", may not.
std::string with(const std::string& message, const std::string& change) {
  if (change.empty()) return message;
  std::string note = message + (message.ends_with('.') ? " To fit: " : ". To fit: ") + change + ".";
  return note.size() <= remedy_notes::most_bytes ? note : message;
}

}  // namespace

std::string remedy_notes::note_of(const std::string& message, scoring::profile& by, const scoring::pod_info& pod,
                                  const scoring::cluster& nodes) {
  const auto there = known_.find({pod.pod->spec, message});
  if (there != known_.end()) return with(message, there->second);
  // Who came before goes first.
  if (!owed_.empty() || clock_.now() < not_before_) {
    remember(pod, message);
    return message;
  }
  return with(message, search(message, by, pod, nodes));
}

std::optional<remedy_notes::owed> remedy_notes::take_owed() {
  if (owed_.empty()) return std::nullopt;
  const owed& first = owed_.front();
  if (clock_.now() < not_before_ && !known_.contains({first.pod.pod->spec, first.message})) return std::nullopt;
  by_uid_.erase(first.pod.pod->uid);
  owed taken = std::move(owed_.front());
  owed_.pop_front();
  return taken;
}

std::string remedy_notes::late_note_of(const owed& one, scoring::profile& by, const scoring::cluster& nodes) {
  const auto there = known_.find({one.pod.pod->spec, one.message});
  if (there != known_.end()) return with(one.message, there->second);
  return with(one.message, search(one.message, by, one.pod, nodes));
}

const std::string& remedy_notes::search(const std::string& message, scoring::profile& by, const scoring::pod_info& pod,
                                        const scoring::cluster& nodes) {
  const instant begins = clock_.now();
  const scoring::remedy_list found = scoring::find_pod_remedies(by, pod, nodes, {.node_checks = most_node_checks});
  const instant ends = clock_.now();
  not_before_ = ends + (share - 1) * (ends - begins);
  if (known_.size() == most_kept) {
    known_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
  const std::string change = found.told.empty() ? "" : found.told.front().sentence();
  oldest_first_.push_back(known_.emplace(verdict{pod.pod->spec, message}, change).first);
  return oldest_first_.back()->second;
}

void remedy_notes::remember(const scoring::pod_info& pod, const std::string& message) {
  const auto there = by_uid_.find(pod.pod->uid);
  if (there != by_uid_.end()) {
    *there->second = {pod, message};
    return;
  }
  if (owed_.size() == most_owed) return;
  owed_.push_back({pod, message});
  by_uid_.emplace(pod.pod->uid, std::prev(owed_.end()));
}

}  // namespace berth::controller
