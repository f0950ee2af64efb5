#include "k8s/json_text.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace berth::k8s {

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_json(std::string& out, const value& v) {
  if (const auto* b = v.as_bool()) out += *b ? "true" : "false";
  else if (const auto* i = v.as_int()) out += std::to_string(*i);
  else if (const auto* d = v.as_double()) fmt::format_to(std::back_inserter(out), "{}", *d);
  else if (const auto* s = v.as_string()) append_json_string(out, *s);
  else if (const auto* list = v.as_list()) {
    out += '[';
    bool first = true;
    for (const auto& item : *list) {
      if (!std::exchange(first, false)) out += ',';
      append_json(out, item);
    }
    out += ']';
  } else if (const auto* map = v.as_map()) {
    out += '{';
    bool first = true;
    for (const auto& [name, member] : *map) {
      if (!std::exchange(first, false)) out += ',';
      append_json_string(out, name);
      out += ':';
      append_json(out, member);
    }
    out += '}';
  } else {
    out += "null";
  }
}

}  // namespace berth::k8s
