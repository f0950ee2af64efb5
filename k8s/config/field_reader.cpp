#include "k8s/config/field_reader.hpp"

#include "k8s/config/kubeconfig.hpp"

#include <algorithm>

namespace berth::k8s {
namespace {

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return text;
}

}  // namespace

config_error::config_error(std::string why) : std::runtime_error(one_line(std::move(why))) {}

field_reader::field_reader(const value* where, std::string path) : where_(where), path_(std::move(path)) {
  if (where_ && where_->is_null()) where_ = nullptr;
  if (where_ && !where_->as_map()) throw config_error(path_ + ": expected a map, found " + where_->kind());
}

const value* field_reader::raw(std::string_view field) const {
  const value* found = where_ ? where_->find(field) : nullptr;
  return found && !found->is_null() ? found : nullptr;
}

std::string field_reader::path(std::string_view field) const {
  // After the file there is a colon, within the document dots.
  const bool at_root = path_.find(": ") == path_.npos;
  return path_ + (at_root ? ": " : ".") + std::string(field);
}

void field_reader::refuse(std::string_view field, std::string_view why) const {
  throw config_error(path(field) + ": " + std::string(why));
}

void field_reader::wrong_kind(std::string_view field, const char* expected, const value& found) const {
  refuse(field, std::string("expected ") + expected + ", found " + found.kind());
}

std::string field_reader::string(std::string_view field) const {
  const value* found = raw(field);
  if (!found) return {};
  if (const auto* text = found->as_string()) return *text;
  wrong_kind(field, "a string", *found);
}

bool field_reader::boolean(std::string_view field) const {
  const value* found = raw(field);
  if (!found) return false;
  if (const auto* flag = found->as_bool()) return *flag;
  wrong_kind(field, "true or false", *found);
}

std::vector<std::string> field_reader::strings(std::string_view field) const {
  std::vector<std::string> out;
  const value* found = raw(field);
  if (!found) return out;
  const auto* list = found->as_list();
  if (!list) wrong_kind(field, "a list", *found);
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto* text = (*list)[i].as_string();
    if (!text) wrong_kind(std::string(field) + "[" + std::to_string(i) + "]", "a string", (*list)[i]);
    out.push_back(*text);
  }
  return out;
}

field_reader field_reader::map(std::string_view field) const { return field_reader(raw(field), path(field)); }

std::vector<field_reader> field_reader::maps(std::string_view field) const {
  std::vector<field_reader> out;
  const value* found = raw(field);
  if (!found) return out;
  const auto* list = found->as_list();
  if (!list) wrong_kind(field, "a list", *found);
  for (std::size_t i = 0; i < list->size(); ++i)
    out.emplace_back(&(*list)[i], path(std::string(field) + "[" + std::to_string(i) + "]"));
  return out;
}

}  // namespace berth::k8s
