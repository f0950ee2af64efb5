#pragma once

#include "test/fuzz/fuzz.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What a splitter makes of a list that comes in pieces: the same for JSON and protobuf, whose splitters have the same
/// calls.
namespace berth::fuzz {

struct list_outcome {
  std::vector<std::string> items;
  std::string end;  ///< the head, or why there is none
  bool operator==(const list_outcome&) const = default;
};

/// Feeds `bytes` in pieces of `size`. The splitter adds its items to `out.items` meanwhile.
template <class Splitter>
void cut_list(Splitter& splitter, std::string_view bytes, std::size_t size, list_outcome& out) {
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    if (const auto fed = splitter.feed(bytes.substr(at, size)); !fed) {
      check(fed.error());
      out.end = fed.error().detail;
      return;
    }
  }
  promise(splitter.items() == out.items.size(), "items are counted");
  const auto head = splitter.finish();
  if (!head) check(head.error());
  out.end = head ? head->kind + "/" + head->resource_version + "/" + head->continue_token : head.error().detail;
}

}  // namespace berth::fuzz
