#include "scoring/engine/class_cache.hpp"

#include "k8s/api/object_bytes.hpp"
#include "scoring/pod_fields.hpp"

#include <algorithm>
#include <utility>

namespace berth::scoring {

class_cache::class_cache(const lineup& plugins, const std::vector<filter_run>& runs,
                         const std::vector<kept_score>& scores)
    : plugins_(plugins), runs_(runs), kept_(scores) {
  for (const filter_run& run : runs)
    if (run.kept)
      for (const std::size_t i : run.members) fields_ |= plugins.filter[i].reads.of_pod;
  for (const auto& p : plugins.filter) filter_tables_.emplace_back(p.reads.of_pod);
  for (const kept_score& k : scores) {
    fields_ |= plugins.score[k.at].reads.of_pod;
    score_tables_.emplace_back(plugins.score[k.at].reads.of_pod);
  }
}

pod_class& class_cache::find(const pod_info& pod, const cluster& nodes) {
  // The usual case: another pod of the same workload.
  if (!classes_.empty() && equal_in(*classes_.front().example, *pod.pod, fields_)) return classes_.front();

  const std::size_t hash = hash_of(*pod.pod, fields_);
  const auto [first, last] = by_hash_.equal_range(hash);
  const auto there =
      std::find_if(first, last, [&](const auto& e) { return equal_in(*e.second->example, *pod.pod, fields_); });
  if (there != last) {
    classes_.splice(classes_.begin(), classes_, there->second);
    return classes_.front();
  }

  classes_.push_front(make(pod.pod, nodes.universe()));
  classes_.front().hash = hash;
  by_hash_.emplace(hash, classes_.begin());
  bytes_ += classes_.front().bytes;
  while (classes_.size() > 1 && bytes_ > budget + budget_per_node * nodes.universe()) {
    const auto newest = classes_.begin();
    classes_.splice(newest, classes_, std::prev(classes_.end()));
    drop_last();
  }
  return classes_.front();
}

void class_cache::drop_last() {
  const auto [first, last] = by_hash_.equal_range(classes_.front().hash);
  by_hash_.erase(std::find_if(first, last, [&](const auto& e) { return e.second == classes_.begin(); }));
  bytes_ -= classes_.front().bytes;
  classes_.pop_front();
}

// Its memory is counted once, when it is made: answers count for the class that asked for them first.
pod_class class_cache::make(const k8s::pod_ptr& pod, std::size_t universe) {
  constexpr std::size_t beside = 4096;
  std::size_t per_node = score_board::bytes_per_node;
  std::vector<kept_filters> filters;
  for (const filter_run& run : runs_) {
    if (!run.kept) continue;
    std::vector<std::shared_ptr<filter_answers>> answers;
    for (const std::size_t i : run.members) {
      auto [found, is_new] =
          filter_tables_[i].find(pod, [&] { return std::make_shared<filter_answers>(pod, plugins_.filter[i].reads); });
      if (is_new) per_node += filter_answers::bytes_per_node;
      answers.push_back(std::move(found));
    }
    filters.emplace_back(run, std::move(answers));
  }
  std::vector<std::shared_ptr<score_answers>> answers;
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    auto [found, is_new] = score_tables_[i].find(
        pod, [&] { return std::make_shared<score_answers>(pod, plugins_.score[kept_[i].at].reads, kept_[i].how); });
    if (is_new) per_node += score_answers::bytes_per_node(kept_[i].how);
    answers.push_back(std::move(found));
  }
  const std::size_t bytes = beside + k8s::bytes_of(*pod->spec) + per_node * universe;
  return {pod, 0, bytes, std::move(filters), score_board(kept_, std::move(answers)), {}, {}};
}

}  // namespace berth::scoring
