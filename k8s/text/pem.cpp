#include "k8s/text/pem.hpp"

#include "k8s/text/base64.hpp"

#include <optional>

namespace berth::k8s {

namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";

/// Takes the next line off the text, without its end and the blanks before that.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  const auto last = line.find_last_not_of(" \t\r");
  return line.substr(0, last == line.npos ? 0 : last + 1);
}

bool at_line_start(std::string_view text, std::size_t at) { return at == 0 || text[at - 1] == '\n'; }

/// What stands behind a mark of that kind at the start of a line: "CERTIFICATE" of "-----BEGIN CERTIFICATE-----".
std::optional<std::string_view> type_in(std::string_view line, std::string_view mark) {
  if (!line.starts_with(mark) || !line.ends_with(dashes) || line.size() < mark.size() + dashes.size())
    return std::nullopt;
  return line.substr(mark.size(), line.size() - mark.size() - dashes.size());
}

/// The block whose lines, from BEGIN to END, these are.
std::optional<pem_block> read_block(std::string_view lines, std::string_view end_line) {
  const auto type = type_in(take_line(lines), begin_mark);
  if (!type || type != type_in(end_line, end_mark)) return std::nullopt;
  pem_block block{std::string(*type), false, {}};
  for (std::string_view rest = lines; take_line(rest).find(':') != rest.npos; lines = rest) block.has_headers = true;
  std::string encoded;
  for (const char c : lines)
    if (c != ' ' && c != '\t') encoded += c;
  auto bytes = decode_base64(encoded);
  if (!bytes) return std::nullopt;
  block.bytes = std::move(*bytes);
  return block;
}

}  // namespace

std::vector<pem_block> read_pem(std::string_view text) {
  std::vector<pem_block> blocks;
  std::size_t from = 0;
  for (auto end = text.find(end_mark); end != text.npos; end = text.find(end_mark, from)) {
    const std::string_view before = text.substr(from, end - from);
    std::string_view rest = text.substr(end);
    const std::string_view end_line = take_line(rest);
    const bool starts_line = at_line_start(text, end);
    // Of several BEGINs without their END the last counts.
    const auto begin = before.rfind(begin_mark);
    if (starts_line && begin != before.npos && at_line_start(text, from + begin)) {
      if (auto block = read_block(before.substr(begin), end_line)) blocks.push_back(std::move(*block));
    }
    from = starts_line ? text.size() - rest.size() : end + end_mark.size();
  }
  return blocks;
}

}  // namespace berth::k8s
