#include "k8s/codec/json_shape.hpp"

#include "k8s/api/time.hpp"
#include "k8s/codec/unknown_field.hpp"
#include "k8s/text/ascii.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace berth::k8s {

namespace {

const char* name_of(json_scalar::type kind) {
  switch (kind) {
    case json_scalar::type::boolean:
      return "a boolean";
    case json_scalar::type::number:
      return "a number";
    case json_scalar::type::string:
      return "a string";
  }
  return "";
}

template <class Integer>
std::string set_integer(void* place, const json_scalar& value) {
  if (value.kind != json_scalar::type::number) return json_mismatch("an integer", value);
  const char* end = value.text.data() + value.text.size();
  const auto [stop, failure] = std::from_chars(value.text.data(), end, *static_cast<Integer*>(place));
  if (failure == std::errc() && stop == end) return {};
  return fmt::format("{} is no integer of {} bits", excerpt(value.text, 64), std::numeric_limits<Integer>::digits + 1);
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool equal_in_any_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

const json_field* find_field(const json_shape& shape, std::string_view name) {
  for (const json_field& f : shape.fields) {
    if (f.name == name) return &f;
  }
  if (!shape.any_case) return nullptr;
  for (const json_field& f : shape.fields) {
    if (equal_in_any_case(f.name, name)) return &f;
  }
  return nullptr;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Walks the tables along with the document. One frame per object, list or map that is being filled; what is skipped
/// has none.
class shape_decoder final : public json_sink {
 public:
  shape_decoder(std::string_view text, const json_shape& root, void* place, const scrutiny& how)
      : text_(text), root_(root), root_place_(place), how_(how) {}

  bool null() override {
    if (skipped_ > 0 || size_ == 0 || top().shape->kind == json_shape::type::object) return true;
    return !full() && (next(), true);
  }
  bool boolean(bool b) override { return scalar({json_scalar::type::boolean, {}, b}); }
  bool number(std::string_view text) override { return scalar({json_scalar::type::number, text}); }
  bool string(std::string_view text) override { return scalar({json_scalar::type::string, text}); }

  bool begin_object() override { return begin(json_shape::type::object, "an object"); }
  bool begin_list() override { return begin(json_shape::type::list, "a list"); }
  bool end_object() override { return end(); }
  bool end_list() override { return end(); }

  bool key(std::string_view name) override {
    if (skipped_ > 0) return true;
    frame& f = top();
    f.name = name;
    f.field = find_field(*f.shape, name);
    if (f.field == nullptr && how_.remarks != nullptr && f.shape->kind == json_shape::type::object) remark(f);
    return f.shape->kind != json_shape::type::map || is_utf8(name) || fail("a lone surrogate");
  }

  const std::string& path() const { return path_; }
  const std::string& what() const { return what_; }

 private:
  struct frame {
    const json_shape* shape;
    void* place;
    void* elements;  // place, or a map's scratch
    std::string_view name;
    const json_field* field;
    std::size_t index;
    std::size_t begin;  // of its text
  };
  struct target {
    const json_shape* shape = nullptr;  // null: to be skipped
    void* place = nullptr;
  };

  frame& top() { return frames_[size_ - 1]; }

  target next() {
    if (size_ == 0) return {&root_, root_place_};
    frame& f = top();
    if (f.shape->kind == json_shape::type::object) {
      return f.field == nullptr ? target{} : target{f.field->shape, f.field->place(f.place)};
    }
    ++f.index;
    return {f.shape->element_shape, f.shape->element(f.elements, f.name)};
  }

  // Fails where the list or map around takes no more.
  bool full() {
    if (size_ == 0) return false;
    const frame& f = top();
    if (f.shape->most == 0 || f.index < f.shape->most) return false;
    ++top().index;
    return !fail(fmt::format("more than {} elements", f.shape->most));
  }

  bool fail(std::string what) {
    what_ = std::move(what);
    path_ = current_path();
    return false;
  }

  void remark(const frame& f) {
    if (how_.remarks->size() == scrutiny::most_remarks) return;
    if (f.shape->fields.empty()) return;
    const std::string remark = remark_on_unknown(f.shape->fields, f.name);
    if (!remark.empty()) how_.remarks->push_back(current_path() + ": " + remark);
  }

  std::string current_path() const {
    std::string text;
    for (std::size_t i = 0; i < size_; ++i) {
      const frame& f = frames_[i];
      switch (f.shape->kind) {
        case json_shape::type::object:
          text += (text.empty() ? "" : ".") + excerpt(f.name, 64);
          break;
        case json_shape::type::map:
          text += "[\"" + excerpt(f.name, 64) + "\"]";
          break;
        case json_shape::type::list:
          text += "[" + std::to_string(f.index - 1) + "]";
          break;
        case json_shape::type::scalar:
          break;
      }
    }
    return text;
  }

  bool scalar(const json_scalar& value) {
    if (skipped_ > 0) return true;
    if (full()) return false;
    const target t = next();
    if (t.shape == nullptr) return true;
    if (t.shape->set == nullptr) return fail(json_mismatch(t.shape->expected, value));
    json_scalar looked_at = value;
    looked_at.strict = how_.strict;
    std::string wrong = t.shape->set(t.place, looked_at);
    return wrong.empty() || fail(std::move(wrong));
  }

  bool begin(json_shape::type kind, const char* got) {
    if (skipped_ > 0) return ++skipped_, true;
    if (full()) return false;
    const target t = next();
    if (t.shape == nullptr) return ++skipped_, true;
    const bool as_map = kind == json_shape::type::object && t.shape->kind == json_shape::type::map;
    if (t.shape->kind != kind && !as_map) return fail(fmt::format("expected {}, got {}", t.shape->expected, got));
    if (t.shape->opened != nullptr) t.shape->opened(t.place);
    void* elements = as_map && t.shape->gather != nullptr ? t.shape->gather(scratch_) : t.place;
    frames_[size_++] = {t.shape, t.place, elements, {}, nullptr, 0, bracket_at};
    return true;
  }

  bool end() {
    if (skipped_ > 0) return --skipped_, true;
    const frame& f = frames_[--size_];
    if (f.shape->gathered != nullptr) f.shape->gathered(f.place, scratch_);
    if (f.shape->closed != nullptr) f.shape->closed(f.place);
    if (f.shape->keep != nullptr) f.shape->keep(f.place, text_.substr(f.begin, bracket_at + 1 - f.begin));
    return true;
  }

  std::string_view text_;
  const json_shape& root_;
  void* root_place_;
  const scrutiny how_;
  std::array<frame, max_json_depth> frames_;
  std::size_t size_ = 0;
  std::size_t skipped_ = 0;  // depth within a field that no table has
  json_scratch scratch_;
  std::string path_;
  std::string what_;
};

}  // namespace

std::string json_mismatch(const char* expected, const json_scalar& value) {
  return fmt::format("expected {}, got {}", expected, name_of(value.kind));
}

std::string json_unknown_word(const json_scalar& value, std::span<const std::string_view> known) {
  std::string all;
  for (const std::string_view word : known) {
    if (!word.empty()) all += (all.empty() ? "" : ", ") + std::string(word);
  }
  return fmt::format("\"{}\" is none of {}", excerpt(value.text, 64), all);
}

std::string set_text(void* place, const json_scalar& value) {
  if (value.kind != json_scalar::type::string) return json_mismatch("a string", value);
  // Escapes can spell half a surrogate pair, which no UTF-8 has.
  if (!is_utf8(value.text)) return "a lone surrogate";
  static_cast<std::string*>(place)->assign(value.text);
  return {};
}

std::string set_boolean(void* place, const json_scalar& value) {
  if (value.kind != json_scalar::type::boolean) return json_mismatch("a boolean", value);
  *static_cast<bool*>(place) = value.truth;
  return {};
}

std::string set_int32(void* place, const json_scalar& value) { return set_integer<std::int32_t>(place, value); }

std::string set_int64(void* place, const json_scalar& value) { return set_integer<std::int64_t>(place, value); }

std::string set_quantity(void* place, const json_scalar& value) {
  if (value.kind == json_scalar::type::boolean) return json_mismatch("a quantity", value);
  const auto amount = quantity::parse(trimmed(value.text));
  if (!amount) return amount.error().detail;
  if (value.strict && *amount < quantity()) return fmt::format("\"{}\" is negative", excerpt(value.text, 64));
  // Upstream: apis/core/v1/defaults.go, SetDefaults_ResourceList.
  *static_cast<quantity*>(place) = amount->rounded_to_milli();
  return {};
}

std::string set_time(void* place, const json_scalar& value) {
  if (value.kind != json_scalar::type::string) return json_mismatch("a time", value);
  const auto time = parse_time(value.text);
  if (!time) return time.error().detail;
  *static_cast<timestamp*>(place) = *time;
  return {};
}

std::string decode_fault::text() const {
  return fmt::format("{}{}{}, at byte {}", path, path.empty() ? "" : ": ", what, offset);
}

std::optional<decode_fault> decode_json(std::string_view text, const json_shape& shape, void* place, json_rest rest,
                                        const scrutiny& how) {
  shape_decoder decoder(text, shape, place, how);
  const auto fault = parse_json(text, decoder, rest);
  if (!fault) return std::nullopt;
  const errc code = fault->why == json_fault::reason::depth ? errc::too_large : errc::malformed;
  return decode_fault{code, decoder.path(), fault->what.empty() ? decoder.what() : fault->what, fault->offset};
}

}  // namespace berth::k8s
