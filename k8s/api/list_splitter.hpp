#pragma once

#include "k8s/error.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

/// Cuts a Kubernetes list into its items while it streams in, so that no list is ever held whole.
///
/// Pure; one strand. What it holds at most is one item, and only while that item crosses a chunk's border. It looks no further
/// than it must: brackets, strings and the few fields of the head; that an item is well-formed JSON is for its decoder to say.
namespace berth::k8s {

/// What a list says of itself, beside its items.
struct list_head {
  std::string resource_version;
  std::string continue_token;
};

class list_splitter {
 public:
  static constexpr std::size_t max_item_bytes = 3 << 20;  ///< twice what etcd accepts
  static constexpr std::size_t max_depth = 64;
  static constexpr std::size_t max_head_bytes = 64 << 10;  ///< of each scalar outside the items

  /// `item` is valid during the call only.
  using item_handler = std::function<void(std::string_view item)>;

  explicit list_splitter(item_handler on_item) : on_item_(std::move(on_item)) {}

  /// Any cutting of the bytes gives the same calls. After an error, or after `finish`, nothing more may be fed.
  result<void> feed(std::string_view chunk);

  /// The head, once the list was complete. Truncated: errc::connection_lost. A Status instead of a list: its meaning, as
  /// to_error gives it. HTML or another kind: errc::unexpected_answer, with the first bytes of it.
  result<list_head> finish();

  std::size_t items() const noexcept { return items_; }

 private:
  enum class state { before_root, root_key, root_colon, root_value, root_comma, in_scalar, in_value, items_start, item_or_end, item,
                     item_comma, done };

  item_handler on_item_;
  list_head head_;
  std::size_t items_ = 0;
};

}  // namespace berth::k8s
