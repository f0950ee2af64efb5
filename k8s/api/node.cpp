#include "k8s/api/node.hpp"

#include <algorithm>

namespace berth::k8s {

bool tolerates(const toleration& t, const taint& of) noexcept {
  // Two unknown effects may be two different words: only a toleration of every effect is sure to cover an unknown one.
  if (t.effect != taint_effect::any && (t.effect != of.effect || t.effect == taint_effect::unknown)) return false;
  if (!t.key.empty() && t.key != of.key) return false;
  switch (t.op) {
    case toleration_operator::equal:
      return t.value == of.value;
    case toleration_operator::exists:
      return true;
    case toleration_operator::unknown:
      return false;
  }
  return false;
}

bool tolerates(const std::vector<toleration>& tolerations, const taint& of) noexcept {
  return std::any_of(tolerations.begin(), tolerations.end(), [&](const toleration& t) { return tolerates(t, of); });
}

}  // namespace berth::k8s
