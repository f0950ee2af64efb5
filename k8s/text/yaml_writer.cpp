#include "k8s/text/yaml_writer.hpp"

#include "k8s/text/json_of_value.hpp"
#include "k8s/text/yaml_scalar.hpp"

#include <algorithm>
#include <vector>

namespace berth::k8s {

namespace {

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
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
  if (!is_printable(text) || taken_for_other || text.empty()) {
    json_writer w;
    w.text(text);
    return w.take();
  }
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
