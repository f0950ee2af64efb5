#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

/// The hash of every table whose keys others choose: names, uids, labels, messages.
///
/// std::hash is the same function in every process, so that whoever writes pods can choose keys that all fall into one
/// bucket, and each look-up then compares with all of them. This one is SipHash-1-3 with a key that is drawn at random
/// when the process starts: without the key, nobody can tell which texts collide.
/// It differs from run to run, and so does the order in which a table is walked: nothing may depend on that.
namespace berth::k8s {

struct hash_key {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

/// Drawn once in a process.
const hash_key& process_hash_key();

/// One hash of many parts: texts and numbers, in order. A text is told from two that are joined.
class keyed_hash {
 public:
  keyed_hash() noexcept : keyed_hash(process_hash_key()) {}
  explicit keyed_hash(const hash_key& k) noexcept
      : a_(k.first ^ 0x736f6d6570736575),
        b_(k.second ^ 0x646f72616e646f6d),
        c_(k.first ^ 0x6c7967656e657261),
        d_(k.second ^ 0x7465646279746573) {}

  keyed_hash& add(std::uint64_t number) noexcept {
    d_ ^= number;
    mix();
    a_ ^= number;
    return *this;
  }
  keyed_hash& add(std::string_view text) noexcept {
    add(std::uint64_t{text.size()});
    std::uint64_t word = 0;
    while (text.size() >= sizeof word) {
      std::memcpy(&word, text.data(), sizeof word);
      add(word);
      text.remove_prefix(sizeof word);
    }
    if (text.empty()) return *this;
    word = 0;
    std::memcpy(&word, text.data(), text.size());
    return add(word);
  }

  std::size_t done() noexcept {
    c_ ^= 0xff;
    for (int round = 0; round < 3; ++round) mix();
    return a_ ^ b_ ^ c_ ^ d_;
  }

 private:
  void mix() noexcept {
    a_ += b_;
    b_ = std::rotl(b_, 13) ^ a_;
    a_ = std::rotl(a_, 32);
    c_ += d_;
    d_ = std::rotl(d_, 16) ^ c_;
    a_ += d_;
    d_ = std::rotl(d_, 21) ^ a_;
    c_ += b_;
    b_ = std::rotl(b_, 17) ^ c_;
    c_ = std::rotl(c_, 32);
  }
  std::uint64_t a_, b_, c_, d_;
};

struct text_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return keyed_hash().add(text).done(); }
};

/// Tables by text, which can be asked with a string_view. References to keys and values stay good while the entry does.
template <class T>
using text_map = std::unordered_map<std::string, T, text_hash, std::equal_to<>>;
using text_set = std::unordered_set<std::string, text_hash, std::equal_to<>>;

/// The same by texts that live elsewhere, for as long as their entry does.
template <class T>
using view_map = std::unordered_map<std::string_view, T, text_hash>;
using view_set = std::unordered_set<std::string_view, text_hash>;

}  // namespace berth::k8s
