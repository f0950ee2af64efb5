#pragma once

#include "k8s/backoff.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

/// Chance that a seed determines: the same on every machine, which the standard library's distributions do not promise.
namespace berth::simulation {

class dice {
 public:
  explicit dice(std::uint64_t seed) : source_(seed) {}

  std::uint64_t number() { return source_.next(); }
  /// In [0, n); n is not 0.
  std::uint64_t below(std::uint64_t n) { return source_.next() % n; }
  int between(int least, int most) {
    return least + static_cast<int>(below(static_cast<std::uint64_t>(most - least) + 1));
  }
  std::chrono::milliseconds milliseconds(int least, int most) {
    return std::chrono::milliseconds(between(least, most));
  }
  bool percent(int chance) { return between(0, 99) < chance; }
  template <class T>
  T one_of(std::initializer_list<T> choices) {
    return choices.begin()[below(choices.size())];
  }

 private:
  k8s::jitter_source source_;
};

/// Two numbers as one seed.
inline std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  return k8s::jitter_source(a ^ (b * 0x9e3779b97f4a7c15U)).next();
}

}  // namespace berth::simulation
