#pragma once

#include "k8s/encoded.hpp"
#include "k8s/error.hpp"
#include "k8s/list_head.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

/// Cuts a Kubernetes list in protobuf into its items while it streams in, as list_splitter does with JSON: no list is
/// ever held whole.
///
/// Pure; one strand. What it holds at most is one item, and only while that item crosses a chunk's border, and the
/// list's metadata. The bytes: `k8s\0`, then a runtime.Unknown with the kind and, in one field, the list.
namespace berth::k8s {

class protobuf_list_splitter {
 public:
  /// Called with each item, which is valid during the call only: a message of the kind that the list names.
  using item_handler = std::function<void(const encoded& item)>;

  explicit protobuf_list_splitter(item_handler on_item) : on_item_(std::move(on_item)) {}

  /// Any cutting of the bytes gives the same calls and the same error. After an error nothing more may be fed. Caps as
  /// list_splitter's.
  result<void> feed(std::string_view chunk);

  /// As list_splitter's: the head once the list was complete, connection_lost where it is cut short, a Status's
  /// meaning.
  result<list_head> finish() const;

  std::size_t items() const noexcept { return items_; }

 private:
  enum class place { magic, tag, number, length, payload };
  enum class content { skipped, type, status, metadata, item };

  void take_magic(std::string_view& chunk);
  bool take_varint(std::string_view& chunk);
  void field_begins(std::uint64_t tag);
  void length_known(std::uint64_t length);
  void take_payload(std::string_view& chunk);
  void payload_complete(std::string_view last_part);
  void object_begins();
  void next_field();
  void hold(std::string_view part, std::size_t most);
  void fail(errc code, std::string what);

  item_handler on_item_;
  place place_ = place::magic;
  content content_ = content::skipped;
  bool in_list_ = false;
  bool had_object_ = false;   ///< the list, or a Status, was complete
  std::uint32_t field_ = 0;   ///< its number
  std::uint64_t varint_ = 0;  ///< what came of it
  std::size_t varint_bytes_ = 0;
  std::uint64_t position_ = 0;  ///< bytes taken
  std::uint64_t list_end_ = 0;
  std::uint64_t missing_ = 0;  ///< of the field's payload
  std::string kind_;           ///< of the list
  std::string item_kind_;
  std::string held_;      ///< the part of a payload that earlier chunks held, or the beginning of what is no list
  std::string metadata_;  ///< the list's fields beside its items
  std::string status_;
  std::size_t items_ = 0;
  error failure_;
};

}  // namespace berth::k8s
