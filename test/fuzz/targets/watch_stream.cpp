#include "k8s/codec/decode.hpp"
#include "k8s/text/frame_splitter.hpp"
#include "k8s/text/line_splitter.hpp"
#include "k8s/watch/reflector_step.hpp"
#include "test/fuzz/fuzz.hpp"

#include <string>
#include <vector>

/// The body of a watch, in lines of JSON and in frames of protobuf: the same events however it is cut.
namespace berth::fuzz {

namespace {

struct outcome {
  std::vector<std::string> events;
  std::string version;
  bool backwards = false;
  bool operator==(const outcome&) const = default;
};

template <class Splitter>
outcome follow(std::string_view bytes, std::size_t size, k8s::encoding form) {
  outcome out;
  k8s::watch_progress progress("5");
  const auto take = [&](std::string_view piece) {
    const auto event = k8s::decode_watch_event<k8s::node>(k8s::encoded{piece, form});
    if (!event) {
      check(event.error());
      progress.saw_malformed();
    } else if (event->what == k8s::watch_event<k8s::node>::type::error) {
      progress.saw_error(k8s::to_error(event->status, "ERROR event"));
    } else {
      progress.saw_object(event->what == k8s::watch_event<k8s::node>::type::added, event->resource_version);
    }
    out.events.push_back(event && event->object ? event->object->name : event ? "" : event.error().detail);
    return !progress.error_event() && !progress.backwards();
  };
  const auto too_large = [&](const k8s::error& why) { return out.events.push_back(why.detail), true; };
  constexpr std::size_t most = 512;
  Splitter splitter(take, too_large, most);
  bool on = true;
  for (std::size_t at = 0; on && at < bytes.size(); at += size) {
    on = splitter.feed(bytes.substr(at, size));
    promise(splitter.held_bytes() <= most, "holds no more than a line");
  }
  out.version = progress.version();
  out.backwards = progress.backwards();
  return out;
}

}  // namespace

void watch_stream(std::string_view bytes) {
  any_cutting(bytes, [](std::string_view text, std::size_t size) {
    return follow<k8s::line_splitter>(text, size, k8s::encoding::json);
  });
  any_cutting(bytes, [](std::string_view text, std::size_t size) {
    return follow<k8s::frame_splitter>(text, size, k8s::encoding::protobuf);
  });
}

}  // namespace berth::fuzz
