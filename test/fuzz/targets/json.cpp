#include "k8s/text/json.hpp"

#include "k8s/text/json_writer.hpp"
#include "k8s/text/utf8.hpp"
#include "test/fuzz/fuzz.hpp"

#include <optional>
#include <string>
#include <vector>

/// Any text as JSON, as it is and mended: what it says is the same once it is written anew.
namespace berth::fuzz {

namespace {

/// Writes what it hears.
struct echo final : k8s::json_sink {
  k8s::json_writer out;
  std::size_t depth = 0;
  bool sound = true;  ///< no text is half a surrogate pair, as an escape may spell it

  bool null() override { return out.null(), true; }
  bool boolean(bool b) override { return out.boolean(b), true; }
  bool number(std::string_view text) override { return out.number(text), true; }
  bool string(std::string_view text) override { return sound &= k8s::is_utf8(text), out.text(text), true; }
  bool key(std::string_view name) override { return sound &= k8s::is_utf8(name), out.key(name), true; }
  bool begin_object() override { return out.begin_object(), deeper(); }
  bool end_object() override { return out.end_object(), --depth, true; }
  bool begin_list() override { return out.begin_list(), deeper(); }
  bool end_list() override { return out.end_list(), --depth, true; }
  bool deeper() { return promise(++depth <= k8s::max_json_depth, "depth is capped"), true; }
};

std::optional<std::string> said(std::string_view text, k8s::json_rest rest = k8s::json_rest::refused,
                                bool* sound = nullptr) {
  echo sink;
  const auto fault = k8s::parse_json(text, sink, rest);
  if (sound != nullptr) *sound = sink.sound;
  if (!fault) return sink.out.take();
  promise(fault->offset <= text.size(), "a fault is within the text");
  promise(fault->why != k8s::json_fault::reason::sink, "only who is asked to stop stops");
  promise(!fault->what.empty() && is_one_line(fault->what), "a fault is one line");
  return std::nullopt;
}

bool is_no_control(char c) { return c < 0 || c >= 0x20 || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

void json(std::string_view bytes) {
  bool sound = true;
  const auto plain = said(bytes, k8s::json_rest::refused, &sound);
  const auto followed = said(bytes, k8s::json_rest::ignored);
  promise(!plain || followed == plain, "what follows is all that may differ");
  if (plain) {
    promise(std::all_of(bytes.begin(), bytes.end(), is_no_control), "no control stands for itself");
    promise(said(*plain) == plain, "what is written reads the same");
  }

  std::string mended(bytes);
  k8s::mend_json(mended);
  promise(k8s::is_utf8(mended), "what is mended is UTF-8");
  std::string again = mended;
  k8s::mend_json(again);
  promise(again == mended, "what is mended stays as it is");
  const auto repaired = said(mended);
  promise(!plain || !sound || repaired == plain, "what was sound says the same");
}

}  // namespace berth::fuzz
