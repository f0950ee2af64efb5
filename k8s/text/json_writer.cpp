#include "k8s/text/json_writer.hpp"

#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <iterator>

namespace berth::k8s {

void json_writer::separate() {
  if (!out_.empty() && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') out_ += ',';
}

json_writer& json_writer::open(char bracket) {
  separate();
  out_ += bracket;
  return *this;
}

json_writer& json_writer::close(char bracket) {
  out_ += bracket;
  return *this;
}

json_writer& json_writer::key(std::string_view name) {
  separate();
  quote(name);
  out_ += ':';
  return *this;
}

json_writer& json_writer::text(std::string_view value) {
  separate();
  quote(value);
  return *this;
}

json_writer& json_writer::integer(std::int64_t value) { return number(fmt::format_int(value).c_str()); }

json_writer& json_writer::number(std::string_view digits) {
  separate();
  out_ += digits;
  return *this;
}

json_writer& json_writer::boolean(bool value) { return number(value ? "true" : "false"); }

json_writer& json_writer::null() { return number("null"); }

void json_writer::quote(std::string_view value) {
  out_ += '"';
  while (!value.empty()) {
    const std::size_t valid = valid_utf8_prefix(value);
    for (const char c : value.substr(0, valid)) {
      switch (c) {
        case '"':
          out_ += "\\\"";
          break;
        case '\\':
          out_ += "\\\\";
          break;
        case '\n':
          out_ += "\\n";
          break;
        case '\r':
          out_ += "\\r";
          break;
        case '\t':
          out_ += "\\t";
          break;
        default:
          if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            fmt::format_to(std::back_inserter(out_), "\\u{:04x}", c);
          } else {
            out_ += c;
          }
      }
    }
    value.remove_prefix(valid);
    if (!value.empty()) {
      out_ += "\xEF\xBF\xBD";
      value.remove_prefix(1);
    }
  }
  out_ += '"';
}

}  // namespace berth::k8s
