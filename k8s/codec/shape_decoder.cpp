#include "k8s/codec/shape_decoder.hpp"

#include "k8s/codec/unknown_field.hpp"
#include "k8s/text/ascii.hpp"

#include <algorithm>

namespace berth::k8s {

namespace {

bool equal_in_any_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

}  // namespace

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

bool shape_decoder::fail(std::string what) {
  what_ = std::move(what);
  path_ = current_path();
  return false;
}

void shape_decoder::remark(const frame& f) {
  if (how_.remarks->size() == scrutiny::most_remarks) return;
  if (f.shape->fields.empty()) return;
  const std::string remark = remark_on_unknown(f.shape->fields, f.name);
  if (!remark.empty()) how_.remarks->push_back(current_path() + ": " + remark);
}

std::string shape_decoder::current_path() const {
  std::string text;
  for (std::size_t i = 0; i < size_; ++i) {
    const frame& f = frames_[i];
    switch (f.shape->kind) {
      case json_shape::type::object:
        if (!f.name.empty()) text += (text.empty() ? "" : ".") + excerpt(f.name, 64);
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

}  // namespace berth::k8s
