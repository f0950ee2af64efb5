#include "k8s/text/keyed_hash.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <set>
#include <string>
#include <vector>

using namespace berth::k8s;

namespace {

std::size_t hash_with(const hash_key& key, std::string_view text) { return keyed_hash(key).add(text).done(); }

// Texts that std::hash gives one value, whatever else is known of the process. libstdc++'s hash (MurmurHash64A, always
// with one seed) takes eight bytes at a time, and each step can be undone: for any two first words there is a second
// word after which the state is the same. So each pair of words doubles the number of texts that collide.
class colliding_texts {
 public:
  explicit colliding_texts(std::size_t pairs) : state_(seed ^ (pairs * 16 * factor)), texts_(1) {
    for (std::size_t i = 0; i < pairs; ++i) add_pair();
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  static constexpr std::uint64_t factor = 0xc6a4a7935bd1e995;
  static constexpr std::uint64_t seed = 0xc70f6907;

  static std::uint64_t folded(std::uint64_t v) { return v ^ (v >> 47); }  // undoes itself
  static std::uint64_t of_word(std::uint64_t w) { return folded(w * factor) * factor; }
  static std::uint64_t inverse() {
    std::uint64_t x = factor;  // Newton's steps modulo 2^64, each doubles the number of bits that are right
    for (int i = 0; i < 6; ++i) x *= 2 - factor * x;
    return x;
  }
  static std::uint64_t word_of(std::uint64_t mixed) { return folded(mixed * inverse()) * inverse(); }
  static std::uint64_t step(std::uint64_t state, std::uint64_t word) { return (state ^ of_word(word)) * factor; }
  static std::string bytes(std::uint64_t first, std::uint64_t second) {
    std::string text(16, '\0');
    std::memcpy(text.data(), &first, 8);
    std::memcpy(text.data() + 8, &second, 8);
    return text;
  }

  void add_pair() {
    const std::uint64_t one = 1, other = 2, second = 3;
    const std::uint64_t after_one = step(state_, one), after_other = step(state_, other);
    const std::uint64_t makes_equal = word_of(after_one ^ after_other ^ of_word(second));
    std::vector<std::string> longer;
    for (const std::string& t : texts_) {
      longer.push_back(t + bytes(one, second));
      longer.push_back(t + bytes(other, makes_equal));
    }
    texts_ = std::move(longer);
    state_ = step(after_one, second);
  }

  std::uint64_t state_;
  std::vector<std::string> texts_;
};

}  // namespace

TEST_CASE("keyed hash: its steps are those of SipHash-1-3") {
  // What CPython's hash(b"abcdefgh") is without a seed, and the first vector of the Rust library: the words of a
  // message, the last one with its length on top.
  CHECK(keyed_hash({0, 0}).add(0x6867666564636261).add(std::uint64_t{8} << 56).done() == 0x3f7b849c0b8e35ea);
  CHECK(keyed_hash({0x0706050403020100, 0x0f0e0d0c0b0a0908}).add(std::uint64_t{0}).done() == 0xabac0158050fc4dc);
}

TEST_CASE("keyed hash: texts that collide in std::hash do not collide here") {
  const colliding_texts made(12);
  std::set<std::string> different;
  std::set<std::size_t> by_std, by_key;
  text_map<int> table;
  for (const std::string& text : made.texts()) {
    different.insert(text);
    by_std.insert(std::hash<std::string>{}(text));
    by_key.insert(text_hash{}(text));
    table.emplace(text, 0);
  }
  CHECK(different.size() == 4096);
  CHECK(by_std.size() == 1);
  CHECK(by_key.size() == 4096);
  // With one bucket for each key, or fewer keys, the fullest of a random spread has about seven.
  std::size_t fullest = 0;
  for (std::size_t b = 0; b < table.bucket_count(); ++b) fullest = std::max(fullest, table.bucket_size(b));
  CHECK(fullest < 40);
}

TEST_CASE("keyed hash: each key gives another hash, and texts are told from their parts joined") {
  CHECK(hash_with({1, 2}, "pod-1") == hash_with({1, 2}, "pod-1"));
  CHECK(hash_with({1, 2}, "pod-1") != hash_with({1, 3}, "pod-1"));
  CHECK(hash_with({1, 2}, "pod-1") != hash_with({2, 2}, "pod-1"));
  const hash_key key{7, 8};
  CHECK(keyed_hash(key).add("ab").add("c").done() != keyed_hash(key).add("a").add("bc").done());
  CHECK(keyed_hash(key).add("").add("abc").done() != keyed_hash(key).add("abc").add("").done());
  CHECK(hash_with(key, "a") != hash_with(key, std::string_view("a\0", 2)));
  CHECK(hash_with(key, "12345678") != hash_with(key, std::string_view("12345678\0", 9)));
}

TEST_CASE("keyed hash: the process has one key, and it is not zero") {
  CHECK(&process_hash_key() == &process_hash_key());
  CHECK((process_hash_key().first != 0 || process_hash_key().second != 0));
}
