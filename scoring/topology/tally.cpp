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
  sums_[d] += pods * each.sum;
  matches_ += pods * each.matches;
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
