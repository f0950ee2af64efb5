#include "k8s/codec/list_splitter.hpp"

#include "k8s/codec/object_drafts.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::k8s {

namespace {

constexpr std::size_t shown_bytes = 80;  // of what is no JSON

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

bool list_splitter::fail(errc code, std::string what) {
  failure_ = {code, std::move(what)};
  return false;
}

result<void> list_splitter::feed(std::string_view chunk) {
  const char* at = chunk.data();
  const char* const end = at + chunk.size();
  while (at != end && failure_.code == errc::ok) {
    switch (place_) {
      case place::before_root:
        if (is_space(*at)) {
          ++at;
        } else if (*at == '{') {
          place_ = place::in_root;
        } else {
          place_ = place::no_json;
        }
        break;
      case place::in_root:
        at = scan_root(at, end);
        break;
      case place::in_items:
        at = scan_items(at, end);
        break;
      case place::in_item:
        at = scan_item(at, end);
        break;
      case place::after_root:
        if (!is_space(*at++)) fail(errc::malformed, "list: more after its end");
        break;
      case place::no_json: {
        const std::size_t taken = std::min<std::size_t>(static_cast<std::size_t>(end - at), shown_bytes - head_.size());
        head_.append(at, taken);
        at += taken;
        if (head_.size() == shown_bytes) {
          fail(errc::unexpected_answer, fmt::format("expected a list, got \"{}...\"", excerpt(head_, shown_bytes)));
        }
        break;
      }
    }
  }
  if (failure_.code != errc::ok) return failure_;
  return {};
}

void list_splitter::head_byte(char c) {
  if (head_.size() == max_head_bytes) {
    fail(errc::too_large, fmt::format("list: more than {} bytes beside the items", max_head_bytes));
  } else {
    head_ += c;
  }
}

// The root object outside its items, byte by byte: there is little of it.
const char* list_splitter::scan_root(const char* at, const char* end) {
  for (; at != end && failure_.code == errc::ok; ++at) {
    const char c = *at;
    head_byte(c);
    if (in_string_) {
      if (!escaped_ && c == '"') {
        in_string_ = false;
        key_next_ = false;
      } else {
        escaped_ = !escaped_ && c == '\\';
        if (key_next_ && depth_ == 1 && key_.size() < 64) key_ += c;
      }
      continue;
    }
    switch (c) {
      case '"':
        in_string_ = true;
        if (key_next_ && depth_ == 1) key_.clear();
        break;
      case ',':
        key_next_ = key_next_ || depth_ == 1;
        break;
      case '{':
        key_next_ = depth_ == 0;
        ++depth_;
        break;
      case '[':
        ++depth_;
        if (depth_ == 2 && key_ == "items") {
          if (had_items_) fail(errc::malformed, "list: items twice");
          had_items_ = true;
          place_ = place::in_items;
          return at + 1;
        }
        break;
      case '}':
      case ']':
        if (--depth_ == 0) {
          place_ = place::after_root;
          return at + 1;
        }
        break;
      default:
        break;
    }
  }
  return at;
}

const char* list_splitter::scan_items(const char* at, const char* end) {
  for (; at != end; ++at) {
    const char c = *at;
    if (is_space(c)) continue;
    if (c == '{' && !after_item_) {
      place_ = place::in_item;
      return at;
    }
    if (c == ',' && after_item_) {
      after_item_ = false;
      after_comma_ = true;
    } else if (c == ']' && !after_comma_) {
      head_byte(c);
      --depth_;
      after_item_ = false;
      place_ = place::in_root;
      return at + 1;
    } else {
      fail(errc::malformed, fmt::format("list: items[{}]: expected {}", items_,
                                        after_item_ ? "a comma or the end of the list" : "an object"));
      return end;
    }
  }
  return at;
}

const char* list_splitter::scan_item(const char* at, const char* end) {
  const char* const begin = at;
  for (; at != end; ++at) {
    const char c = *at;
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '"') {
        in_string_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      }
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if ((c == '}' || c == ']') && --depth_ == 2) {
      ++at;
      emit({begin, static_cast<std::size_t>(at - begin)});
      return at;
    }
  }
  const std::size_t room = max_item_bytes + 1 - item_.size();
  item_.append(begin, std::min<std::size_t>(static_cast<std::size_t>(end - begin), room));
  return end;
}

void list_splitter::emit(std::string_view last_part) {
  place_ = place::in_items;
  after_item_ = true;
  after_comma_ = false;
  ++items_;
  if (item_.empty()) return on_item_(last_part.substr(0, max_item_bytes + 1));
  item_.append(last_part.substr(0, max_item_bytes + 1 - item_.size()));
  on_item_(item_);
  item_.clear();
  if (item_.capacity() > max_item_bytes / 8) item_.shrink_to_fit();
}

result<list_head> list_splitter::finish() const {
  if (failure_.code != errc::ok) return failure_;
  if (place_ == place::no_json) {
    return error{errc::unexpected_answer, fmt::format("expected a list, got \"{}\"", excerpt(head_, shown_bytes))};
  }
  if (place_ != place::after_root) {
    return error{errc::connection_lost, fmt::format("list: cut short after {} items", items_)};
  }
  list_draft draft;
  if (const auto fault = decode_json(head_, list_shape, &draft)) {
    return error{fault->code,
                 fmt::format("{}: {}", draft.head.kind.empty() ? "list" : excerpt(draft.head.kind, 64), fault->text())};
  }
  if (draft.head.kind == "Status") return to_error(finished(std::move(draft.status)), "list");
  if (!draft.head.kind.ends_with("List")) {
    return error{
        errc::unexpected_answer,
        fmt::format("expected a list, got {}", draft.head.kind.empty() ? "no kind" : excerpt(draft.head.kind, 64))};
  }
  return std::move(draft.head);
}

}  // namespace berth::k8s
