#include "k8s/codec/decode.hpp"
#include "k8s/codec/protobuf_list_splitter.hpp"
#include "k8s/text/frame_splitter.hpp"
#include "k8s/text/utf8.hpp"
#include "test/fuzz/targets.hpp"

#include <string>
#include <vector>

namespace berth::k8s {

namespace {

void check(const error& e) {
  promise(e.code != errc::ok, "an error has a code");
  promise(!e.detail.empty() && e.detail.find('\n') == std::string::npos, "an error is one line");
}

template <class Object>
void decode(std::string_view bytes, std::string_view kind) {
  const auto object = decode_object<Object>(encoded{bytes, encoding::protobuf, kind});
  if (!object) return check(object.error());
  if constexpr (requires { (*object)->key; }) promise(is_utf8((*object)->key.name), "texts are UTF-8");
}

struct outcome {
  std::vector<std::string> parts;
  std::string end;
  bool operator==(const outcome&) const = default;
};

outcome split_list(std::string_view bytes, std::size_t size) {
  outcome o;
  protobuf_list_splitter splitter(
      [&](const encoded& item) { o.parts.emplace_back(item.kind).append(":").append(item.bytes); });
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    if (const auto fed = splitter.feed(bytes.substr(at, size)); !fed) {
      check(fed.error());
      o.end = fed.error().detail;
      return o;
    }
  }
  const auto head = splitter.finish();
  o.end = head ? head->kind + "/" + head->resource_version : head.error().detail;
  return o;
}

outcome split_frames(std::string_view bytes, std::size_t size) {
  constexpr std::size_t max = 64;
  outcome o;
  frame_splitter splitter([&](std::string_view frame) { return o.parts.emplace_back(frame), true; },
                          [&](const error& why) { return o.parts.push_back(why.detail), true; }, max);
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    promise(splitter.feed(bytes.substr(at, size)), "goes on while nobody stops it");
    promise(splitter.held_bytes() <= max, "holds no more than a frame");
  }
  o.end = splitter.finish() ? "incomplete" : "complete";
  return o;
}

}  // namespace

/// An event of a watch, and the same bytes as an object of each form.
void fuzz_protobuf(std::string_view bytes) {
  const auto e = decode_watch_event<pod>(encoded{bytes, encoding::protobuf});
  if (!e) {
    check(e.error());
  } else {
    const bool has_object = e->what != watch_event<pod>::type::bookmark && e->what != watch_event<pod>::type::error;
    promise((e->object != nullptr) == has_object, "an object comes where there is one");
  }
  if (const auto s = decode_status(encoded{bytes, encoding::protobuf}); !s) check(s.error());
  decode<pod>(bytes, "Pod");
  decode<node>(bytes, "Node");
  decode<persistent_volume>(bytes, "PersistentVolume");
  decode<csi_storage_capacity>(bytes, "CSIStorageCapacity");
  decode<disruption_budget>(bytes, "PodDisruptionBudget");
  decode<selecting_workload<workload_selecting>>(bytes, "ReplicaSet");
}

/// Lists and frames, cut as the first byte says and not at all.
void fuzz_protobuf_list(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t size = 1 + static_cast<unsigned char>(bytes.front()) % 32;
  const std::string_view rest = bytes.substr(1);
  promise(split_list(rest, rest.size() + 1) == split_list(rest, size), "any cutting gives the same");
  promise(split_frames(rest, rest.size() + 1) == split_frames(rest, size), "any cutting gives the same");
}

}  // namespace berth::k8s
