#include "scoring/plugins/toleration_set.hpp"

namespace berth::scoring {

namespace {

using k8s::taint_effect;

std::uint8_t bit_of(taint_effect e) noexcept { return static_cast<std::uint8_t>(1u << static_cast<unsigned>(e)); }

}  // namespace

// Upstream: see k8s::tolerates, with which this agrees.
toleration_set::effects toleration_set::bits_of(const k8s::toleration& t) noexcept {
  if (t.op == k8s::toleration_operator::unknown || t.effect == taint_effect::unknown) return 0;
  return t.effect == taint_effect::any ? static_cast<effects>(~effects{0}) : bit_of(t.effect);
}

bool toleration_set::worth_an_index(std::size_t many) const noexcept {
  constexpr std::size_t a_few_comparisons = 1024;
  if (indexed_) return true;
  return !list_.empty() && many > 8 && many > a_few_comparisons / list_.size();
}

void toleration_set::make_index() const {
  if (indexed_) return;
  indexed_ = true;
  for (const k8s::toleration& t : list_) {
    const effects bits = bits_of(t);
    if (bits == 0) continue;
    if (t.op == k8s::toleration_operator::exists)
      exists_[t.key] |= bits;
    else
      equals_[{t.key, t.value}] |= bits;
  }
}

bool toleration_set::tolerates_by_index(const k8s::taint& t) const {
  make_index();
  const effects bit = bit_of(t.effect);
  const auto in = [bit](const auto& index, const auto& key) {
    const auto there = index.find(key);
    return there != index.end() && (there->second & bit) != 0;
  };
  using pair = std::pair<std::string_view, std::string_view>;
  return in(exists_, std::string_view()) || in(exists_, std::string_view(t.key)) || in(equals_, pair("", t.value)) ||
         in(equals_, pair(t.key, t.value));
}

// f says whether to go on.
template <class F>
void toleration_set::each_untolerated(const std::vector<k8s::taint>& taints, F&& f) const {
  const bool by_index = worth_an_index(taints.size());
  for (const k8s::taint& t : taints)
    if (!(by_index ? tolerates_by_index(t) : k8s::tolerates(list_, t)) && !f(t)) return;
}

bool toleration_set::refuses(const std::vector<k8s::taint>& taints) const {
  bool found = false;
  each_untolerated(taints, [&](const k8s::taint& t) {
    found = t.effect == taint_effect::no_schedule || t.effect == taint_effect::no_execute;
    return !found;
  });
  return found;
}

std::int64_t toleration_set::soft_count(const std::vector<k8s::taint>& taints) const {
  std::int64_t count = 0;
  each_untolerated(taints, [&](const k8s::taint& t) {
    count += t.effect == taint_effect::prefer_no_schedule ? 1 : 0;
    return true;
  });
  return count;
}

}  // namespace berth::scoring
