#include "k8s/text/json.hpp"
#include "k8s/text/utf8.hpp"

#include <charconv>

namespace berth::k8s {

namespace {

constexpr std::size_t escape_length = 6;  // \uD83D

/// The UTF-16 unit of the escape that begins at `at`; 0 where there is none.
unsigned unit_at(std::string_view text, std::size_t at) {
  unsigned unit = 0;
  if (at + escape_length > text.size() || text[at] != '\\' || text[at + 1] != 'u') return 0;
  const char* const end = text.data() + at + escape_length;
  return std::from_chars(text.data() + at + 2, end, unit, 16).ptr == end ? unit : 0;
}

bool is_high(unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

}  // namespace

void mend_json(std::string& text) {
  if (!is_utf8(text)) text = valid_utf8(text);
  // Backslashes stand in strings alone; elsewhere they are an error that the parser will find.
  for (auto at = text.find('\\'); at != text.npos; at = text.find('\\', at)) {
    const unsigned unit = unit_at(text, at);
    if (is_high(unit) && is_low(unit_at(text, at + escape_length))) {
      at += 2 * escape_length;
    } else if (is_high(unit) || is_low(unit)) {
      text.replace(at, escape_length, "\\ufffd");
      at += escape_length;
    } else {
      at += 2;  // the character that is escaped may be another backslash
    }
  }
}

}  // namespace berth::k8s
