#include "k8s/http/response_reader.hpp"

#include "k8s/http/answer.hpp"
#include "test/fuzz/fuzz.hpp"

#include <cstring>
#include <string>
#include <tuple>

/// The bytes of an answer to one of our requests, and what it means.
namespace berth::fuzz {

namespace {

constexpr std::size_t max_header = 1024;
constexpr std::size_t max_body = 2048;

struct collected final : k8s::body_sink {
  bool body(const k8s::response_head&, std::string_view piece) override {
    text += piece;
    return true;
  }
  std::string text;
};

using answer = std::tuple<int, std::string, bool, bool>;  // status, body, done, failed

answer read_answer(std::string_view wire, std::size_t size) {
  k8s::response_reader reader(32, max_header);
  collected into;
  reader.begin(into, max_body);
  bool failed = false;
  while (!wire.empty() && !reader.done() && !failed) {
    const auto space = reader.space();
    promise(!space.empty(), "there is always room for more");
    promise(space.size() <= 8 * max_header, "the buffer does not grow without end");
    const auto n = std::min({size, wire.size(), space.size()});
    std::memcpy(space.data(), wire.data(), n);
    wire.remove_prefix(n);
    failed = !reader.received(n);
    promise(into.text.size() <= max_body, "no body above its cap");
  }
  if (!failed && !reader.done()) failed = !reader.ended();
  if (failed) return {0, "", reader.done(), true};
  if (reader.head().status / 100 != 2) check(k8s::refusal(reader.head(), into.text, "GET /"));
  check(k8s::wrong_content(reader.head(), into.text, "GET /"));
  return {reader.head().status, into.text, reader.done(), false};
}

}  // namespace

void response(std::string_view bytes) {
  // A header is found too long a little sooner or later, as its pieces come.
  if (bytes.size() <= max_header) return any_cutting(bytes, read_answer);
  read_answer(bytes, bytes.size());
  read_answer(bytes, 7);
}

}  // namespace berth::fuzz
