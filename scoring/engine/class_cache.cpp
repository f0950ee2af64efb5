#include "scoring/engine/class_cache.hpp"

#include "k8s/api/object_bytes.hpp"
#include "scoring/pod_fields.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace berth::scoring {

class_cache::class_cache(const lineup& plugins, const std::vector<filter_run>& runs,
                         const std::vector<kept_score>& scores)
    : plugins_(plugins), runs_(runs), kept_(scores), boards_(scores) {
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
  if (last_ != of_new_.classes.end()) {
    // The usual case: another pod of the same workload.
    if (last_->recurs && equal_in(*last_->example, *pod.pod, fields_)) return *last_;
    weigh(*last_);  // with what its last cycle added
  }
  const std::size_t hash = hash_of(*pod.pod, fields_);
  const auto [first, last] = by_hash_.equal_range(hash);
  const auto there =
      std::find_if(first, last, [&](const auto& e) { return equal_in(*e.second->example, *pod.pod, fields_); });
  if (there != last) {
    use(there->second);
  } else {
    pod_class made = make(pod.pod);
    made.hash = hash;
    made.recurs = gone_.contains(hash);
    std::list<pod_class>& classes = of(made).classes;
    classes.push_front(std::move(made));
    last_ = classes.begin();
    by_hash_.emplace(hash, last_);
    weigh(*last_);
  }
  keep_within(nodes);
  return *last_;
}

void class_cache::use(std::list<pod_class>::iterator c) {
  group& from = of(*c);
  from.bytes -= c->bytes;
  c->recurs = true;
  of_recurring_.bytes += c->bytes;
  of_recurring_.classes.splice(of_recurring_.classes.begin(), from.classes, c);
  last_ = c;
}

void class_cache::keep_within(const cluster& nodes) {
  const auto shrink = [this](group& g, std::size_t most, std::size_t bytes) {
    while (g.classes.size() > 1 && (g.classes.size() > most || g.bytes > bytes)) {
      gone_.add(g.classes.back().hash);
      drop(g, std::prev(g.classes.end()));
    }
  };
  shrink(of_new_, most_new, budget_of_new + budget_per_node * nodes.universe());
  shrink(of_recurring_, std::numeric_limits<std::size_t>::max(), budget + budget_per_node * nodes.universe());
}

std::pair<score_board&, bool> class_cache::board(const cluster& nodes) {
  return boards_.of(last_->board, last_->scores, nodes.universe());
}

void class_cache::drop_last() {
  drop(of(*last_), last_);
  last_ = of_new_.classes.end();
}

void class_cache::drop(group& of, std::list<pod_class>::iterator c) {
  const auto [first, last] = by_hash_.equal_range(c->hash);
  by_hash_.erase(std::find_if(first, last, [&](const auto& e) { return e.second == c; }));
  of.bytes -= c->bytes;
  boards_.give_back(c->board);
  of.classes.erase(c);
}

// Answers count for the class that asked for them first.
void class_cache::weigh(pod_class& c) {
  std::size_t bytes = c.bytes_of_pod;
  for (const kept_filters& run : c.filters) bytes += run.passed().words().size_bytes();
  for (const filter_answers* answers : c.own_filters) bytes += answers->bytes();
  for (const score_answers* answers : c.own_scores) bytes += answers->bytes();
  std::size_t& sum = of(c).bytes;
  sum = sum - c.bytes + bytes;
  c.bytes = bytes;
}

pod_class class_cache::make(const k8s::pod_ptr& pod) {
  constexpr std::size_t beside = 4096;
  pod_class made;
  made.example = pod;
  made.bytes_of_pod = beside + k8s::bytes_of(*pod->spec);
  for (const filter_run& run : runs_) {
    if (!run.kept) continue;
    std::vector<std::shared_ptr<filter_answers>> answers;
    for (const std::size_t i : run.members) {
      auto [found, is_new] =
          filter_tables_[i].find(pod, [&] { return std::make_shared<filter_answers>(pod, plugins_.filter[i].reads); });
      if (is_new) made.own_filters.push_back(found.get());
      answers.push_back(std::move(found));
    }
    made.filters.emplace_back(run, std::move(answers));
  }
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    const kept_score& k = kept_[i];
    auto [found, is_new] = score_tables_[i].find(
        pod, [&] { return std::make_shared<score_answers>(pod, plugins_.score[k.at].reads, k.how, k.in_bytes); });
    if (is_new) made.own_scores.push_back(found.get());
    made.scores.push_back(std::move(found));
  }
  return made;
}

}  // namespace berth::scoring
