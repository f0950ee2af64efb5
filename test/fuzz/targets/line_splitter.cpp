#include "k8s/text/line_splitter.hpp"

#include "k8s/text/frame_splitter.hpp"
#include "test/fuzz/fuzz.hpp"

#include <string>
#include <vector>

/// A stream of bytes cut into lines, and into frames, under a small cap.
namespace berth::fuzz {

namespace {

struct outcome {
  std::vector<std::string> parts;
  bool incomplete = false;
  bool operator==(const outcome&) const = default;
};

template <class Splitter>
outcome split(std::string_view bytes, std::size_t size) {
  constexpr std::size_t most = 16;
  outcome out;
  const auto take = [&](std::string_view part) {
    promise(!part.empty() && part.size() <= most, "a part is not empty, and under the cap");
    return out.parts.emplace_back(part), true;
  };
  const auto too_large = [&](const k8s::error& why) { return check(why), out.parts.push_back(why.detail), true; };
  Splitter splitter(take, too_large, most);
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    promise(splitter.feed(bytes.substr(at, size)), "goes on while nobody stops it");
    promise(splitter.held_bytes() <= most, "holds no more than a part");
  }
  out.incomplete = splitter.finish();
  return out;
}

}  // namespace

void line_splitter(std::string_view bytes) {
  any_cutting(bytes, split<k8s::line_splitter>);
  any_cutting(bytes, split<k8s::frame_splitter>);
}

}  // namespace berth::fuzz
