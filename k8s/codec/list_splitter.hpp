#pragma once

#include "k8s/error.hpp"
#include "k8s/list_head.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

/// Cuts a Kubernetes list into its items while it streams in, so that no list is ever held whole.
///
/// Pure; one strand. What it holds at most is one item, and only while that item crosses a chunk's border, and what
/// stands beside the items. It counts brackets and skips strings; whether an item is well-formed JSON is for its
/// decoder to say.
namespace berth::k8s {

class list_splitter {
 public:
  /// Twice what etcd accepts. Of a larger item the first max_item_bytes + 1 are handed on, so that its decoder refuses
  /// it by name.
  static constexpr std::size_t max_item_bytes = 3 << 20;
  static constexpr std::size_t max_head_bytes = 64 << 10;  ///< of all that is not an item

  /// `item` is valid during the call only. Every item begins with '{'.
  using item_handler = std::function<void(std::string_view item)>;

  explicit list_splitter(item_handler on_item) : on_item_(std::move(on_item)) {}

  /// Any cutting of the bytes gives the same calls and the same error. After an error nothing more may be fed.
  result<void> feed(std::string_view chunk);

  /// The head, once the list was complete. Truncated: errc::connection_lost. A Status instead of a list: its meaning,
  /// as to_error gives it. HTML or another kind: errc::unexpected_answer, with how it begins.
  result<list_head> finish() const;

  std::size_t items() const noexcept { return items_; }

 private:
  enum class place { before_root, in_root, in_items, in_item, after_root, no_json };

  const char* scan_root(const char* at, const char* end);
  const char* scan_items(const char* at, const char* end);
  const char* scan_item(const char* at, const char* end);
  void head_byte(char c);
  void emit(std::string_view last_part);
  bool fail(errc code, std::string what);

  item_handler on_item_;
  place place_ = place::before_root;
  std::string head_;  ///< the root object, its items left out; or the beginning of what is no JSON
  std::string item_;  ///< the part of an item that earlier chunks held
  std::string key_;   ///< the last key of the root
  std::size_t items_ = 0;
  std::size_t depth_ = 0;  ///< of brackets open
  bool in_string_ = false;
  bool escaped_ = false;
  bool key_next_ = false;  ///< the next string of the root is a key
  bool had_items_ = false;
  bool after_item_ = false;   ///< a comma or the end must follow
  bool after_comma_ = false;  ///< an item must follow
  error failure_;
};

}  // namespace berth::k8s
