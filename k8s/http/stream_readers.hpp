#pragma once

#include "k8s/client.hpp"
#include "k8s/codec/list_splitter.hpp"
#include "k8s/codec/protobuf_list_splitter.hpp"
#include "k8s/text/frame_splitter.hpp"
#include "k8s/text/line_splitter.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

/// The bodies of lists and watches, cut into items and events while they arrive, in either form. Pure; one strand.
///
/// Which form a body has is known from the head of its answer, and is the same for all of its pieces. What one piece
/// may hold up is what the splitters say: one item or event, under their caps.
namespace berth::k8s {

class list_reader {
 public:
  explicit list_reader(client::item_handler on_item);

  /// False once the list is at fault: the rest is not wanted, and `finish` says why.
  bool feed(encoding form, std::string_view piece);
  /// After the last piece, or instead of the first: the head, or the fault, as the splitters give it.
  result<list_head> finish(encoding form) const;

 private:
  list_splitter json_;
  protobuf_list_splitter protobuf_;
};

class watch_reader {
 public:
  /// An event of more than `max_event` bytes ends the watch.
  watch_reader(client::event_handler on_event, std::size_t max_event);
  watch_reader(const watch_reader&) = delete;
  watch_reader& operator=(const watch_reader&) = delete;

  /// False once the rest is not wanted: the handler has had enough, or the watch is at fault.
  bool feed(encoding form, std::string_view piece);
  /// After the last piece: ok, too_large, or connection_lost where it ended in the middle of an event.
  result<void> finish();

 private:
  bool too_large(const error& why);

  client::event_handler on_event_;
  std::optional<error> fault_;
  line_splitter lines_;
  frame_splitter frames_;
};

}  // namespace berth::k8s
