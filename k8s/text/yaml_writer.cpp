#include "k8s/text/yaml_writer.hpp"

#include "k8s/text/json_of_value.hpp"
#include "k8s/text/yaml_scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace berth::k8s {

namespace {

/// Code points that YAML takes for no text where they stand bare (5.1 "Character Set", 5.4 "Line Break Characters"): a
/// byte order mark, the other line ends, the controls from U+0080 to U+009F. How they are escaped, or "".
std::string escape_at(std::string_view text) {
  if (text.size() > 1 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0)
    return fmt::format("\\u{:04x}", static_cast<unsigned char>(text[1]));
  constexpr std::pair<std::string_view, std::string_view> others[] = {{"\xE2\x80\xA8", "\\u2028"},
                                                                      {"\xE2\x80\xA9", "\\u2029"},
                                                                      {"\xEF\xBB\xBF", "\\ufeff"},
                                                                      {"\xEF\xBF\xBE", "\\ufffe"},
                                                                      {"\xEF\xBF\xBF", "\\uffff"}};
  for (const auto& [bytes, escape] : others)
    if (text.starts_with(bytes)) return std::string(escape);
  return "";
}

bool is_printable(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x20 || c == 0x7F || (c >= 0x80 && !escape_at(text.substr(at)).empty())) return false;
  }
  return true;
}

/// Within double quotes, as JSON has it.
std::string quoted(std::string_view text) {
  json_writer w;
  w.text(text);
  const std::string json = w.take();
  std::string out;
  for (std::size_t at = 0; at < json.size();) {
    const std::string escape = escape_at(std::string_view(json).substr(at));
    out += escape.empty() ? json.substr(at, 1) : escape;
    at += escape.empty() ? 1 : json[at] == '\xC2' ? 2 : 3;
  }
  return out;
}

// A plain scalar may not begin with an indicator, hold ": " or " #", or end with a colon or a blank.
bool is_plain(std::string_view text) {
  constexpr std::string_view indicators = "-?:,[]{}#&*!|>'\"%@` ~=<";
  if (text.empty() || text.back() == ' ' || text.back() == ':') return false;
  if (text.starts_with("---") || text.starts_with("...")) return false;  // may be taken for a document's end
  const bool dashed = text.size() > 1 && (text[0] == '-' || text[0] == ':' || text[0] == '?') && text[1] != ' ';
  if (indicators.find(text.front()) != std::string_view::npos && !dashed) return false;
  return text.find(": ") == text.npos && text.find(" #") == text.npos;
}

std::string scalar_text(const std::string& text) {
  const auto read = resolve_plain_scalar(text);
  const bool taken_for_other = !read || read->as_string() == nullptr;
  if (!is_printable(text) || taken_for_other || text.empty()) return quoted(text);
  if (is_plain(text)) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::string one_line(const value& v) {
  if (const std::string* text = v.as_string()) return scalar_text(*text);
  if (v.as_map() != nullptr) return "{}";
  if (v.as_list() != nullptr) return "[]";
  json_writer w;
  write(w, v);
  return w.take();
}

bool is_block(const value& v) {
  return (v.as_map() != nullptr && !v.as_map()->empty()) || (v.as_list() != nullptr && !v.as_list()->empty());
}

// Begins where the cursor is, in a column of `indent`, and ends with a line's end.
void write_block(std::string& out, const value& v, std::size_t indent) {
  bool first = true;
  const auto line = [&] {
    if (!first) out.append(indent, ' ');
    first = false;
  };
  if (const value::list* list = v.as_list()) {
    for (const value& one : *list) {
      line();
      out += "- ";
      if (is_block(one))
        write_block(out, one, indent + 2);
      else
        out += one_line(one) + "\n";
    }
    return;
  }
  std::vector<const value::member*> sorted;
  for (const value::member& m : *v.as_map()) sorted.push_back(&m);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  for (const value::member* m : sorted) {
    line();
    out += scalar_text(m->first) + ":";
    if (!is_block(m->second)) {
      out += " " + one_line(m->second) + "\n";
      continue;
    }
    const std::size_t below = m->second.as_map() != nullptr ? indent + 2 : indent;
    out += "\n";
    out.append(below, ' ');
    write_block(out, m->second, below);
  }
}

}  // namespace

std::string yaml_of(const value& v) {
  if (!is_block(v)) return one_line(v) + "\n";
  std::string out;
  write_block(out, v, 0);
  return out;
}

}  // namespace berth::k8s
