#include "k8s/codec/protobuf_list_splitter.hpp"

#include "test/fuzz/cut_list.hpp"

/// The body of a list in protobuf.
namespace berth::fuzz {

namespace {

list_outcome split(std::string_view bytes, std::size_t size) {
  list_outcome out;
  k8s::protobuf_list_splitter splitter(
      [&](const k8s::encoded& item) { out.items.emplace_back(item.kind).append(":").append(item.bytes); });
  cut_list(splitter, bytes, size, out);
  return out;
}

}  // namespace

void protobuf_list(std::string_view bytes) { any_cutting(bytes, split); }

}  // namespace berth::fuzz
