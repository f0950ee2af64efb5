#include "k8s/codec/protobuf_list_splitter.hpp"

#include "k8s/api/status.hpp"
#include "k8s/codec/decode_protobuf.hpp"
#include "k8s/codec/list_splitter.hpp"
#include "k8s/codec/object_drafts.hpp"
#include "k8s/codec/protobuf_messages.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth::k8s {

namespace {

constexpr std::size_t max_item_bytes = list_splitter::max_item_bytes;
constexpr std::size_t max_head_bytes = list_splitter::max_head_bytes;
constexpr std::size_t shown_bytes = 80;  // of what is no list
constexpr std::size_t max_varint_bytes = 10;
constexpr std::string_view list_suffix = "List";

// Fields of runtime.Unknown, and of every list.
constexpr std::uint32_t type_field = 1;
constexpr std::uint32_t object_field = 2;
constexpr std::uint32_t metadata_field = 1;
constexpr std::uint32_t items_field = 2;

enum wire_type : unsigned { varint = 0, eight_bytes = 1, counted = 2, four_bytes = 5 };

void append_varint(std::string& to, std::uint64_t n) {
  for (; n >= 0x80; n >>= 7) to += static_cast<char>(n | 0x80);
  to += static_cast<char>(n);
}

}  // namespace

void protobuf_list_splitter::fail(errc code, std::string what) {
  if (failure_.code == errc::ok) failure_ = {code, std::move(what)};
}

result<void> protobuf_list_splitter::feed(std::string_view chunk) {
  while (!chunk.empty() && failure_.code == errc::ok) {
    switch (place_) {
      case place::magic:
        take_magic(chunk);
        break;
      case place::tag:
        if (take_varint(chunk)) field_begins(std::exchange(varint_, 0));
        break;
      case place::number:
        if (take_varint(chunk)) {
          varint_ = 0;
          next_field();
        }
        break;
      case place::length:
        if (take_varint(chunk)) length_known(std::exchange(varint_, 0));
        break;
      case place::payload:
        take_payload(chunk);
        break;
    }
  }
  if (failure_.code != errc::ok) return failure_;
  return {};
}

void protobuf_list_splitter::take_magic(std::string_view& chunk) {
  const std::string_view part = chunk.substr(0, shown_bytes - held_.size());
  const bool may_be = protobuf_magic.starts_with(held_.substr(0, protobuf_magic.size()));
  const std::size_t missing = may_be ? protobuf_magic.size() - held_.size() : part.size();
  const std::string_view taken = part.substr(0, missing);
  held_ += taken;
  position_ += taken.size();
  chunk.remove_prefix(taken.size());
  if (held_ == protobuf_magic) {
    held_.clear();
    place_ = place::tag;
  } else if (held_.size() == shown_bytes) {
    fail(errc::unexpected_answer, fmt::format("expected a list, got \"{}...\"", excerpt(held_, shown_bytes)));
  }
}

// True once it is complete.
bool protobuf_list_splitter::take_varint(std::string_view& chunk) {
  const auto byte = static_cast<unsigned char>(chunk.front());
  chunk.remove_prefix(1);
  ++position_;
  if (varint_bytes_ == max_varint_bytes - 1 && byte > 1) {
    fail(errc::malformed, "list: no protobuf: a number of more than 64 bits");
    return false;
  }
  varint_ |= std::uint64_t{byte & 0x7fU} << (7 * varint_bytes_++);
  if ((byte & 0x80) != 0) return false;
  varint_bytes_ = 0;
  return true;
}

void protobuf_list_splitter::field_begins(std::uint64_t tag) {
  const std::uint64_t number = tag >> 3;
  if (number == 0 || number > 0x1fff'ffff)
    return fail(errc::malformed, "list: no protobuf: a field of no valid number");
  field_ = static_cast<std::uint32_t>(number);
  content_ = content::skipped;
  switch (tag & 7) {
    case varint:
      place_ = place::number;
      return;
    case eight_bytes:
      return length_known(8);
    case counted:
      place_ = place::length;
      return;
    case four_bytes:
      return length_known(4);
    default:
      return fail(errc::malformed, "list: no protobuf: a field of no known wire type");
  }
}

void protobuf_list_splitter::length_known(std::uint64_t length) {
  missing_ = length;
  if (in_list_ && (position_ > list_end_ || missing_ > list_end_ - position_))
    return fail(errc::malformed, "list: no protobuf: a field that is longer than the list");
  const bool counted_field = place_ == place::length;
  place_ = place::payload;
  if (counted_field && in_list_ && field_ == items_field) {
    content_ = content::item;
  } else if (counted_field && in_list_ && field_ == metadata_field) {
    content_ = content::metadata;
    metadata_ += static_cast<char>(metadata_field << 3 | counted);
    append_varint(metadata_, length);
  } else if (counted_field && !in_list_ && field_ == type_field) {
    content_ = content::type;
  } else if (counted_field && !in_list_ && field_ == object_field) {
    return object_begins();
  }
  if (missing_ == 0) payload_complete({});
}

void protobuf_list_splitter::object_begins() {
  if (had_object_) return fail(errc::malformed, "list: two objects in one envelope");
  if (kind_ == "Status") {
    content_ = content::status;
    if (missing_ == 0) payload_complete({});
  } else if (kind_.ends_with(list_suffix)) {
    in_list_ = true;
    list_end_ = position_ + std::min<std::uint64_t>(missing_, UINT64_MAX - position_);
    next_field();
  } else {
    fail(errc::unexpected_answer,
         fmt::format("expected a list, got {}", kind_.empty() ? "no kind" : excerpt(kind_, 64)));
  }
}

void protobuf_list_splitter::take_payload(std::string_view& chunk) {
  const std::string_view part =
      chunk.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(missing_, chunk.size())));
  chunk.remove_prefix(part.size());
  position_ += part.size();
  missing_ -= part.size();
  if (missing_ == 0) return payload_complete(part);
  if (content_ == content::item)
    held_.append(part.substr(0, max_item_bytes + 1 - held_.size()));
  else if (content_ != content::skipped)
    hold(part, max_head_bytes);
}

void protobuf_list_splitter::hold(std::string_view part, std::size_t most) {
  if (held_.size() + metadata_.size() + part.size() > most)
    fail(errc::too_large, fmt::format("list: more than {} bytes beside the items", most));
  else
    held_ += part;
}

void protobuf_list_splitter::payload_complete(std::string_view last_part) {
  if (content_ == content::item) {
    ++items_;
    std::string_view item = last_part.substr(0, max_item_bytes + 1);
    if (!held_.empty()) item = held_.append(last_part.substr(0, max_item_bytes + 1 - held_.size()));
    on_item_({item, encoding::protobuf, item_kind_});
  } else if (content_ != content::skipped) {
    hold(last_part, max_head_bytes);
    if (failure_.code != errc::ok) return;
    if (content_ == content::metadata) {
      metadata_ += held_;
    } else if (content_ == content::status) {
      status_ = held_;
      had_object_ = true;
    } else {
      const auto kind = kind_of_protobuf_type(held_);
      if (!kind) return fail(kind.error().code, "list: " + kind.error().detail);
      kind_ = *kind;
      item_kind_ = kind_.ends_with(list_suffix) ? kind_.substr(0, kind_.size() - list_suffix.size()) : "";
    }
  }
  held_.clear();
  if (held_.capacity() > max_item_bytes / 8) held_.shrink_to_fit();
  next_field();
}

void protobuf_list_splitter::next_field() {
  place_ = place::tag;
  if (!in_list_ || position_ < list_end_) return;
  if (position_ > list_end_) return fail(errc::malformed, "list: no protobuf: a field that is longer than the list");
  in_list_ = false;
  had_object_ = true;
}

result<list_head> protobuf_list_splitter::finish() const {
  if (failure_.code != errc::ok) return failure_;
  if (place_ == place::magic && !protobuf_magic.starts_with(held_))
    return error{errc::unexpected_answer, fmt::format("expected a list, got \"{}\"", excerpt(held_, shown_bytes))};
  if (place_ != place::tag || varint_bytes_ > 0 || in_list_ || !had_object_)
    return error{errc::connection_lost, fmt::format("list: cut short after {} items", items_)};
  list_draft draft;
  const bool is_status = kind_ == "Status";
  const auto fault = is_status ? decode_protobuf(status_, status_message, kind_, status_shape, &draft.status)
                               : decode_protobuf(metadata_, any_list_message, kind_, list_shape, &draft);
  if (fault) return error{fault->code, fmt::format("{}: {}", excerpt(kind_, 64), fault->text())};
  if (is_status) return to_error(finished(std::move(draft.status)), "list");
  return std::move(draft.head);
}

}  // namespace berth::k8s
