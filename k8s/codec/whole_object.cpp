#include "k8s/codec/whole_object.hpp"

#include <algorithm>

namespace berth::k8s {

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && blanks.find(text[at]) != blanks.npos) ++at;
  return at;
}

/// The end of the string that begins at `at`.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at < text.size() ? at + 1 : text.size();
}

/// The end of the value that begins at `at`.
std::size_t skip_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      if (depth == 0) return at;
      continue;
    }
    const bool closes = c == '}' || c == ']';
    if (depth == 0 && (closes || c == ',' || blanks.find(c) != blanks.npos)) return at;
    ++at;
    if (c == '{' || c == '[') ++depth;
    if (closes && --depth == 0) return at;
  }
  return at;
}

/// A member with its place in the object: from its key to the end of its value.
struct member {
  std::size_t begin = 0;
  std::size_t value = 0;
  std::size_t end = 0;
};

member find_member(std::string_view object, std::string_view key) {
  member found;
  std::size_t at = skip_blanks(object, 0) + 1;
  for (;;) {
    at = skip_blanks(object, at);
    if (at >= object.size() || object[at] != '"') return found;
    const std::size_t begin = at;
    at = skip_string(object, at);
    const std::string_view name = object.substr(begin + 1, at - begin - 2);
    const std::size_t value = std::min(skip_blanks(object, skip_blanks(object, at) + 1), object.size());
    at = skip_value(object, value);
    if (name == key) found = {begin, value, at};
    at = skip_blanks(object, at);
    if (at >= object.size() || object[at] != ',') return found;
    ++at;
  }
}

}  // namespace

std::string_view json_member(std::string_view object, std::string_view key) {
  const member m = find_member(object, key);
  return object.substr(m.value, m.end - m.value);
}

std::shared_ptr<const std::string> keep_whole(std::string_view object) {
  const std::string_view metadata = json_member(object, "metadata");
  const member m = metadata.empty() ? member{} : find_member(metadata, "managedFields");
  if (m.end == 0) return std::make_shared<const std::string>(object);
  // With one of the commas around it.
  std::size_t from = static_cast<std::size_t>(metadata.data() - object.data()) + m.begin;
  std::size_t to = from + (m.end - m.begin);
  const std::size_t after = skip_blanks(object, to);
  if (object[after] == ',') {
    to = after + 1;
  } else if (const std::size_t comma = object.find_last_not_of(blanks, from - 1); object[comma] == ',') {
    from = comma;
  }
  std::string kept;
  kept.reserve(object.size() - (to - from));
  kept.append(object.substr(0, from)).append(object.substr(to));
  return std::make_shared<const std::string>(std::move(kept));
}

}  // namespace berth::k8s
