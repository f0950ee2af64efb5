#include "k8s/codec/protobuf_list_splitter.hpp"

#include "test/fuzz/fuzz.hpp"

#include <string>
#include <vector>

/// The body of a list in protobuf.
namespace berth::fuzz {

namespace {

struct outcome {
  std::vector<std::string> items;
  std::string end;
  bool operator==(const outcome&) const = default;
};

outcome split(std::string_view bytes, std::size_t size) {
  outcome out;
  k8s::protobuf_list_splitter splitter(
      [&](const k8s::encoded& item) { out.items.emplace_back(item.kind).append(":").append(item.bytes); });
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

void protobuf_list(std::string_view bytes) { any_cutting(bytes, split); }

}  // namespace berth::fuzz
