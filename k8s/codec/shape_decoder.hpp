#pragma once

#include "k8s/codec/json_shape.hpp"
#include "k8s/text/json.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

/// Events of a document into the members that tables (json_shape.hpp) name. Private to k8s/codec/.
namespace berth::k8s {

/// nullptr where the object has no such field.
const json_field* find_field(const json_shape& shape, std::string_view name);

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

  /// After a key: whether its value goes anywhere. If not, the value may be left out.
  bool wants() const {
    if (skipped_ > 0) return false;
    const frame& f = frames_[size_ - 1];
    return f.field != nullptr || f.shape->kind != json_shape::type::object;
  }

  /// Stops here: `what` is wrong with the value to come. Always false.
  bool fail(std::string what);

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

  void remark(const frame& f);
  std::string current_path() const;

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

}  // namespace berth::k8s
