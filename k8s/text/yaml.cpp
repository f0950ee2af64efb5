#include "k8s/text/yaml.hpp"

#include "k8s/text/binary_format.hpp"
#include "k8s/text/utf8.hpp"
#include "k8s/text/value_builder.hpp"
#include "k8s/text/yaml_scalar.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <map>
#include <streambuf>
#include <utility>
#include <vector>

namespace berth::k8s {

namespace {

constexpr std::size_t max_aliases = 100;
constexpr std::size_t max_anchors = 1000;

/// What a handler throws through the parser.
struct yaml_problem {
  YAML::Mark mark;
  std::string what;
};

/// yaml-cpp writes the escapes "\N" and "\_" as a byte of Latin-1. Nothing else in a text is no UTF-8: documents are.
std::string with_whole_points(std::string_view text) {
  std::string whole;
  for (;;) {
    const std::size_t sound = valid_utf8_prefix(text);
    whole.append(text.substr(0, sound));
    if (sound == text.size()) return whole;
    append_utf8(whole, static_cast<unsigned char>(text[sound]));
    text.remove_prefix(sound + 1);
  }
}

/// Reads a text where it is, and a document's end after it: without that, yaml-cpp takes a text that ends within quotes
/// for whole. To guess an encoding it reads a few bytes and puts them back, so these must lie in one piece with what
/// follows: of a text as short as `}` it would see nothing.
class text_buffer : public std::streambuf {
 public:
  explicit text_buffer(std::string_view text) : ending_(text.ends_with('\n') ? "...\n" : "\n...\n") {
    if (text.size() >= most_put_back) {
      read_from(text);
      return;
    }
    short_text_.append(text).append(std::exchange(ending_, {}));
    read_from(short_text_);
  }

 private:
  static constexpr std::size_t most_put_back = 16;

  int_type underflow() override {
    if (ending_.empty()) return traits_type::eof();
    read_from(std::exchange(ending_, {}));
    return traits_type::to_int_type(*gptr());
  }
  void read_from(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // only read
    setg(begin, begin, begin + text.size());
  }

  std::string_view ending_;
  std::string short_text_;
};

/// yaml-cpp's events into a value_builder.
class document_handler final : public YAML::EventHandler {
 public:
  explicit document_handler(const yaml_handlers& handlers) : handlers_(handlers), builder_(handlers.duplicates) {}

  bool wants_more() const { return wants_more_; }

  // On a token that no document can begin with, yaml-cpp makes empty documents for ever.
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (mark.pos == last_start_) throw yaml_problem{mark, "no document begins like this"};
    last_start_ = mark.pos;
    builder_ = value_builder(handlers_.duplicates);
    open_.clear();
    anchors_.clear();
    aliases_ = 0;
  }
  void OnDocumentEnd() override { wants_more_ = handlers_.on_document(builder_.take()); }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(mark, anchor, value()); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    if (tag == "?" && text == "<<" && expects_key()) {
      open_.back().merge_next = true;
      open_.back().has_key = true;
      return;
    }
    auto meaning = resolve_scalar(tag, with_whole_points(text));
    if (!meaning) throw yaml_problem{mark, meaning.error().detail};
    scalar(mark, anchor, std::move(*meaning));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw yaml_problem{mark, "an alias of what contains it"};
    if (++aliases_ > max_aliases) throw yaml_problem{mark, fmt::format("more than {} aliases", max_aliases)};
    if (expects_key()) return key(mark, known->second.what);
    check(mark, builder_.charge(known->second.extent));
    finished(mark, known->second.what);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, anchor, false);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, anchor, true);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapEnd() override { end(); }

 private:
  struct frame {
    YAML::Mark mark;
    YAML::anchor_t anchor = 0;
    bool is_map = false;
    bool has_key = false;
    bool merge_next = false;  // the key was "<<"
  };
  struct anchored {
    value what;
    value_extent extent;
  };

  static constexpr const char* odd_key = "a key that is no text, number or boolean";

  void check(const YAML::Mark& mark, bool fine) {
    if (!fine) throw yaml_problem{mark, builder_.problem()};
  }

  bool expects_key() const { return !open_.empty() && open_.back().is_map && !open_.back().has_key; }

  void key(const YAML::Mark& mark, const value& v) {
    auto name = key_of_scalar(v);
    if (!name) throw yaml_problem{mark, odd_key};
    check(mark, builder_.key(std::move(*name)));
    open_.back().has_key = true;
  }

  void begin(const YAML::Mark& mark, YAML::anchor_t anchor, bool is_map) {
    if (expects_key()) throw yaml_problem{mark, odd_key};
    check(mark, is_map ? builder_.push_map() : builder_.push_list());
    frame& f = open_.emplace_back();
    f.mark = mark;
    f.anchor = anchor;
    f.is_map = is_map;
  }

  void remember(const YAML::Mark& mark, YAML::anchor_t anchor, const value& v) {
    if (anchor == 0) return;
    if (anchors_.size() == max_anchors) throw yaml_problem{mark, fmt::format("more than {} anchors", max_anchors)};
    anchors_[anchor] = {v, value_extent::of(v)};
  }

  void scalar(const YAML::Mark& mark, YAML::anchor_t anchor, value v) {
    remember(mark, anchor, v);
    if (expects_key()) return key(mark, v);
    check(mark, builder_.charge(value_extent::of(v)));
    finished(mark, std::move(v));
  }

  void end() {
    const frame ended = open_.back();
    open_.pop_back();
    value v = builder_.pop();
    remember(ended.mark, ended.anchor, v);
    finished(ended.mark, std::move(v));
  }

  // A value that is complete and charged.
  void finished(const YAML::Mark& mark, value v) {
    if (!open_.empty() && open_.back().merge_next) {
      take_merge(mark, v);
    } else if (handlers_.on_item && open_.size() == 2 && open_[0].is_map && !open_[1].is_map &&
               builder_.key_at(0) == "items") {
      builder_.forget_counts();
      handlers_.on_item(std::move(v), static_cast<std::size_t>(mark.line) + 1);
    } else {
      builder_.attach(std::move(v));
    }
    if (!open_.empty()) open_.back().has_key = open_.back().merge_next = false;
  }

  // Of a list the first map wins: it is set last.
  void take_merge(const YAML::Mark& mark, const value& v) {
    const value::list one{v};
    const value::list& maps = v.as_list() != nullptr ? *v.as_list() : one;
    for (auto source = maps.rbegin(); source != maps.rend(); ++source) {
      if (source->as_map() == nullptr) throw yaml_problem{mark, "<< takes a map or a list of maps"};
      for (const auto& [name, member] : *source->as_map()) {
        check(mark, builder_.key(name));
        builder_.attach(member);
      }
    }
  }

  const yaml_handlers& handlers_;
  value_builder builder_;
  std::vector<frame> open_;
  std::map<YAML::anchor_t, anchored> anchors_;
  std::size_t aliases_ = 0;
  int last_start_ = -1;
  bool wants_more_ = true;
};

// YAML allows no others; yaml-cpp takes some for the end of the text.
std::size_t find_control(std::string_view text) {
  const auto at = std::find_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
  });
  return static_cast<std::size_t>(at - text.begin());
}

// A lone carriage return ends a line too; yaml-cpp knows it only before a line feed. Positions stay as they were.
std::string_view with_line_feeds(std::string_view text, std::string& converted) {
  const auto is_lone = [&](std::size_t at) { return at + 1 == text.size() || text[at + 1] != '\n'; };
  for (auto at = text.find('\r'); at != text.npos; at = text.find('\r', at + 1)) {
    if (!is_lone(at)) continue;
    if (converted.empty()) converted = text;
    converted[at] = '\n';
  }
  return converted.empty() ? text : std::string_view(converted);
}

}  // namespace

std::string text_position(std::string_view text, const std::string& name, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto last = before.rfind('\n');
  return fmt::format("{}:{}:{}", name, line, last == before.npos ? offset + 1 : offset - last);
}

result<void> read_yaml(std::string_view text, const std::string& name, const yaml_handlers& handlers) {
  const auto malformed = [&](const YAML::Mark& mark, const std::string& what) {
    return error{errc::malformed, fmt::format("{}:{}:{}: {}", name, mark.line + 1, mark.column + 1, what)};
  };
  if (const std::string_view packed = packed_as(text); !packed.empty())
    return error{errc::malformed, fmt::format("{}: is {}; unpack it first", name, packed)};
  if (const auto valid = valid_utf8_prefix(text); valid != text.size()) {
    return error{errc::malformed, text_position(text, name, valid) + ": not UTF-8"};
  }
  if (const auto control = find_control(text); control != text.size()) {
    return error{errc::malformed, text_position(text, name, control) + ": a control character"};
  }
  std::string converted;
  text_buffer buffer(with_line_feeds(text, converted));
  std::istream stream(&buffer);
  document_handler handler(handlers);
  try {
    YAML::Parser parser(stream);
    while (handler.wants_more() && parser.HandleNextDocument(handler)) {
    }
    return {};
  } catch (const yaml_problem& p) {
    return malformed(p.mark, p.what);
  } catch (const YAML::Exception& e) {
    return malformed(e.mark, e.msg);
  }
}

}  // namespace berth::k8s
