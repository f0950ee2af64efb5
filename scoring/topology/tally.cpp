#include "scoring/topology/tally.hpp"

#include <limits>

namespace berth::scoring {

void census::enter(node_id n) {
  const domain_id d = by->of(n);
  if (d == no_domain || !within->contains(n)) return;
  if (nodes.size() <= d) nodes.resize(std::size_t{d} + 1, 0);
  if (nodes[d]++ == 0) ++domains;
}

void census::leave(node_id n) {
  const domain_id d = by->of(n);
  if (d == no_domain || !within->contains(n)) return;
  if (--nodes[d] == 0) --domains;
}

void tally::add(node_id n, std::int64_t pods, const pod_weight& each) {
  if (pods == 0 || !counts(n)) return;
  const domain_id d = domain(n);
  if (sums_.size() <= d) sums_.resize(std::size_t{d} + 1, 0);
  const bool was = sums_[d] > 0;
  sums_[d] += pods * each.sum;
  matches_ += pods * each.matches;
  if (const bool is = sums_[d] > 0; positive_ && is != was)
    by().for_each_in(d, [&](node_id in) { is ? positive_->insert(in) : positive_->erase(in); });
}

void tally::node_entered(node_id n) {
  if (!positive_) return;
  if (positive_->universe() <= n) positive_->resize(std::size_t{n} + 1);
  if (on(n) > 0) positive_->insert(n);
}

void tally::node_leaves(node_id n) {
  if (positive_ && positive_->contains(n)) positive_->erase(n);
}

const node_set& tally::positive(std::size_t universe) const {
  if (!positive_) {
    positive_.emplace(universe);
    for (domain_id d = 0; d < sums_.size(); ++d)
      if (sums_[d] > 0) by().for_each_in(d, [&](node_id n) { positive_->insert(n); });
  }
  if (positive_->universe() < universe) positive_->resize(universe);
  return *positive_;
}

void tally::add_to(std::span<const node_id> nodes, std::span<std::int64_t> scores) const {
  const std::span<const domain_id> domains = by().column();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const domain_id d = nodes[i] < domains.size() ? domains[nodes[i]] : no_domain;
    if (d < sums_.size()) scores[i] += sums_[d];
  }
}

tally::least tally::find_least() const {
  constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
  least found{none, 0, none};
  for (domain_id d = 0; d < where_->nodes.size(); ++d) {
    if (where_->nodes[d] == 0) continue;
    const std::int64_t sum = at(d);
    if (sum < found.sum) {
      found.next = found.sum;
      found.sum = sum;
      found.domains = 1;
    } else if (sum == found.sum) {
      ++found.domains;
    } else if (sum < found.next) {
      found.next = sum;
    }
  }
  return found;
}

}  // namespace berth::scoring
