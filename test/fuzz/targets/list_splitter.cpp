#include "k8s/codec/list_splitter.hpp"

#include "test/fuzz/fuzz.hpp"

#include <string>
#include <vector>

/// The body of a list in JSON.
namespace berth::fuzz {

namespace {

struct outcome {
  std::vector<std::string> items;
  std::string end;
  bool operator==(const outcome&) const = default;
};

outcome split(std::string_view bytes, std::size_t size) {
  outcome out;
  k8s::list_splitter splitter([&](std::string_view item) {
    promise(item.starts_with('{'), "an item is an object");
    out.items.emplace_back(item);
  });
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    if (const auto fed = splitter.feed(bytes.substr(at, size)); !fed) {
      check(fed.error());
      out.end = fed.error().detail;
      return out;
    }
  }
  promise(splitter.items() == out.items.size(), "items are counted");
  const auto head = splitter.finish();
  if (!head) check(head.error());
  out.end = head ? head->kind + "/" + head->resource_version + "/" + head->continue_token : head.error().detail;
  return out;
}

}  // namespace

void list_splitter(std::string_view bytes) { any_cutting(bytes, split); }

}  // namespace berth::fuzz
