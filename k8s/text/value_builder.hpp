#pragma once

#include "k8s/text/duplicate_keys.hpp"
#include "k8s/text/keyed_hash.hpp"
#include "k8s/text/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Makes a value out of the events of a reader, and refuses what is too deep or too large, and duplicate keys where
/// they are to be refused. Private to k8s/text.
namespace berth::k8s {

/// How much a value holds: what aliases are counted by.
struct value_extent {
  std::size_t values = 0;
  std::size_t bytes = 0;  ///< of strings and keys
  std::size_t depth = 0;  ///< of lists and maps

  static value_extent of(const value& v);
};

class value_builder {
 public:
  explicit value_builder(duplicate_keys policy = duplicate_keys::refuse) : policy_(policy) {}

  static constexpr std::size_t max_depth = 64;
  static constexpr std::size_t max_values = 100'000;
  static constexpr std::size_t max_bytes = 16 << 20;

  /// All return false once something is wrong; `problem` then says what.
  bool push_list();
  bool push_map();
  /// Before each member of the map that is open.
  bool key(std::string name);
  /// Counts a value that is to be attached. Lists and maps that were pushed are counted already.
  bool charge(const value_extent& extent);

  /// The next element or member, or the document.
  void attach(value v);
  /// Closes the list or map that is open; attach it next.
  value pop();

  std::size_t depth() const noexcept { return open_.size(); }
  /// The last key at that depth; "" in a list.
  std::string_view key_at(std::size_t depth) const noexcept { return open_[depth].last_key; }
  /// Forgets what was counted so far: a part was handed on.
  void forget_counts() noexcept { values_ = bytes_ = 0; }

  const std::string& problem() const noexcept { return problem_; }
  /// The document.
  value take() { return std::move(root_); }

 private:
  struct frame {
    bool is_map = false;
    value::list elements;
    value::map members;
    std::string last_key;
    std::optional<std::size_t> replaces;  ///< the member that the next value takes the place of
    text_map<std::size_t> keys;           ///< to the member's index; only of large maps
  };

  bool fail(std::string what);
  bool push(bool is_map);
  static std::optional<std::size_t> find_member(frame& f, const std::string& name);

  duplicate_keys policy_;
  std::vector<frame> open_;
  value root_;
  std::size_t values_ = 0;
  std::size_t bytes_ = 0;
  std::string problem_;
};

}  // namespace berth::k8s
