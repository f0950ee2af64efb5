#include "k8s/codec/list_splitter.hpp"
#include "k8s/text/line_splitter.hpp"
#include "test/fuzz/targets.hpp"

#include <string>
#include <vector>

namespace berth::k8s {

namespace {

struct outcome {
  std::vector<std::string> parts;
  std::string failure;
  std::string head;
  bool operator==(const outcome&) const = default;
};

outcome split_list(std::string_view bytes, std::size_t size) {
  outcome o;
  list_splitter splitter([&](std::string_view item) { o.parts.emplace_back(item); });
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    if (const auto fed = splitter.feed(bytes.substr(at, size)); !fed) {
      o.failure = fed.error().detail;
      return o;
    }
  }
  const auto head = splitter.finish();
  if (head) {
    o.head = head->kind + "/" + head->resource_version + "/" + head->continue_token;
  } else {
    o.failure = head.error().detail;
  }
  return o;
}

outcome split_lines(std::string_view bytes, std::size_t size) {
  constexpr std::size_t max = 16;
  outcome o;
  line_splitter splitter(
      [&](std::string_view line) {
        promise(!line.empty() && line.size() <= max && line.find('\n') == line.npos, "a line is a line");
        return o.parts.emplace_back(line), true;
      },
      [&](const error& why) { return o.parts.push_back(why.detail), true; }, max);
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    promise(splitter.feed(bytes.substr(at, size)), "goes on while nobody stops it");
    promise(splitter.held_bytes() <= max, "holds no more than a line");
  }
  o.head = splitter.finish() ? "incomplete" : "complete";
  return o;
}

template <class Split>
void any_cutting(std::string_view bytes, Split split) {
  if (bytes.empty()) return;
  const std::size_t size = 1 + static_cast<unsigned char>(bytes.front()) % 32;
  const std::string_view text = bytes.substr(1);
  promise(split(text, text.size() + 1) == split(text, size), "any cutting gives the same");
}

}  // namespace

void fuzz_list_splitter(std::string_view bytes) { any_cutting(bytes, split_list); }

void fuzz_line_splitter(std::string_view bytes) { any_cutting(bytes, split_lines); }

}  // namespace berth::k8s
