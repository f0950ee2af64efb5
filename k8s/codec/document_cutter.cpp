#include "k8s/codec/document_cutter.hpp"

#include <algorithm>
#include <cstddef>

namespace berth::k8s {

namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view logs_begin = "==== START logs for container ";
constexpr std::string_view logs_end = "==== END logs for container ";

void skip_blanks(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size())); }

/// JSON's objects begin with a quoted key or are empty; what else begins with a brace is YAML in flow style. A list is
/// JSON's if its first object is.
bool begins_json(std::string_view text) {
  if (text.starts_with('[')) {
    const auto first = text.find_first_not_of(blanks, 1);
    return first != text.npos && (text[first] == ']' || (text[first] == '{' && begins_json(text.substr(first))));
  }
  if (!text.starts_with('{')) return false;
  const auto next = text.find_first_not_of(blanks, 1);
  return next == text.npos || text[next] == '"' || text[next] == '}';
}

/// The end of the object or list that the text begins with; its whole size where that is cut short. Only its own kind
/// of bracket is counted.
std::size_t end_of_value(std::string_view text) {
  const bool list = text.starts_with('[');
  const char opening = list ? '[' : '{', closing = list ? ']' : '}';
  const std::string_view marks = list ? "[]\"" : "{}\"";
  std::size_t depth = 0;
  for (auto at = text.find_first_of(marks); at != text.npos; at = text.find_first_of(marks, at + 1)) {
    if (text[at] == opening) ++depth;
    if (text[at] == closing && --depth == 0) return at + 1;
    if (text[at] != '"') continue;
    for (++at; at < text.size() && text[at] != '"'; ++at)
      if (text[at] == '\\') ++at;
    if (at >= text.size()) break;
  }
  return text.size();
}

/// Whether a line of nothing but three dashes was taken off.
bool take_separator(std::string_view& text) {
  if (!text.starts_with("---")) return false;
  const auto end = std::min(text.find('\n'), text.size());
  if (text.substr(3, end - 3).find_first_not_of(blanks) != text.npos) return false;
  text.remove_prefix(end);
  return true;
}

bool begins_line(std::string_view text, std::size_t at) { return at == 0 || text[at - 1] == '\n'; }

std::size_t find_line(std::string_view text, std::string_view beginning, std::size_t from) {
  auto at = text.find(beginning, from);
  while (at != text.npos && !begins_line(text, at)) at = text.find(beginning, at + 1);
  return at;
}

}  // namespace

std::optional<document_piece> take_document(std::string_view& text) {
  std::string_view rest = text;
  do skip_blanks(rest);
  while (take_separator(rest));
  if (rest.empty()) return std::nullopt;
  if (begins_json(rest)) {
    const std::size_t end = end_of_value(rest);
    text = rest.substr(end);
    return document_piece{rest.substr(0, end), true};
  }
  const document_piece all{text, false};
  text = {};
  return all;
}

std::string_view without_logs(std::string_view text, std::string& kept) {
  auto begin = find_line(text, logs_begin, 0);
  if (begin == text.npos) return text;
  std::size_t from = 0;
  while (begin != text.npos) {
    kept.append(text.substr(from, begin - from));
    const auto end = find_line(text, logs_end, begin);
    from = end == text.npos ? text.size() : std::min(text.find('\n', end), text.size());
    begin = find_line(text, logs_begin, from);
  }
  kept.append(text.substr(from));
  return kept;
}

}  // namespace berth::k8s
