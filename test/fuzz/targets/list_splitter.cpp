#include "k8s/codec/list_splitter.hpp"

#include "test/fuzz/cut_list.hpp"

/// The body of a list in JSON.
namespace berth::fuzz {

namespace {

list_outcome split(std::string_view bytes, std::size_t size) {
  list_outcome out;
  k8s::list_splitter splitter([&](std::string_view item) {
    promise(item.starts_with('{'), "an item is an object");
    out.items.emplace_back(item);
  });
  cut_list(splitter, bytes, size, out);
  return out;
}

}  // namespace

void list_splitter(std::string_view bytes) { any_cutting(bytes, split); }

}  // namespace berth::fuzz
