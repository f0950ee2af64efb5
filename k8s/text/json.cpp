#include "k8s/text/json.hpp"

#include "k8s/text/utf8.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

// Never let a broken invariant of the parser pass: neither in a release build nor as undefined behaviour.
#define RAPIDJSON_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : (std::fputs("RapidJSON: " #condition "\n", stderr), std::abort()))
#ifdef __SSE2__
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

namespace berth::k8s {

namespace {

// The SSE2 scan reads whole 16-byte blocks, and so up to 15 bytes beyond the terminator.
constexpr std::size_t padding = 16;

constexpr unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                           rapidjson::kParseFullPrecisionFlag | rapidjson::kParseNumbersAsStringsFlag;

/// RapidJSON's handler concept onto a json_sink, with the depth cap.
class forwarder {
 public:
  forwarder(json_sink& sink, rapidjson::InsituStringStream& stream) : sink_(sink), stream_(stream) {}

  bool Null() { return sink_.null(); }
  bool Bool(bool b) { return sink_.boolean(b); }
  bool String(const char* text, rapidjson::SizeType length, bool) { return sink_.string({text, length}); }
  bool Key(const char* text, rapidjson::SizeType length, bool) { return sink_.key({text, length}); }
  bool StartObject() {
    sink_.bracket_at = stream_.Tell();
    return deeper() && sink_.begin_object();
  }
  bool StartArray() { return deeper() && sink_.begin_list(); }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    sink_.bracket_at = stream_.Tell();
    return sink_.end_object();
  }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return sink_.end_list();
  }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) { return sink_.number({text, length}); }
  // Not called with numbers as strings.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  bool too_deep() const { return too_deep_; }

 private:
  bool deeper() {
    too_deep_ = ++depth_ > max_json_depth;
    return !too_deep_;
  }

  json_sink& sink_;
  rapidjson::InsituStringStream& stream_;
  std::size_t depth_ = 0;
  bool too_deep_ = false;
};

/// The SSE2 scan of RapidJSON 1.1 takes 0x1A to 0x1F for part of a text, in the blocks of 16 bytes before its end. No
/// JSON has these bytes: written as 0x01 they are seen.
void show_controls(char* text, std::size_t size) {
  for (std::size_t i = 0; i < size; i += sizeof(std::uint64_t)) {
    std::uint64_t block = 0;  // what is read beyond `size` is the padding
    std::memcpy(&block, text + i, sizeof block);
    block &= 0xE0E0E0E0E0E0E0E0U;
    if (((block - 0x0101010101010101U) & ~block & 0x8080808080808080U) == 0) continue;  // none is below 0x20
    for (std::size_t at = i; at < i + sizeof block && at < size; ++at)
      if (text[at] >= 0x1A && text[at] < 0x20) text[at] = 0x01;
  }
}

std::string describe(rapidjson::ParseErrorCode code) {
  std::string text = rapidjson::GetParseError_En(code);
  if (!text.empty() && text.back() == '.') text.pop_back();
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z') text.front() = static_cast<char>(text.front() + 32);
  return text;
}

}  // namespace

std::optional<json_fault> parse_json(std::string_view text, json_sink& sink, json_rest rest) {
  if (const std::size_t valid = valid_utf8_prefix(text); valid != text.size()) {
    return json_fault{json_fault::reason::bytes, valid, "not UTF-8"};
  }
  // To the parser a zero byte is the end.
  if (const auto zero = text.find('\0'); zero != text.npos && rest == json_rest::refused) {
    return json_fault{json_fault::reason::bytes, zero, "a zero byte"};
  }

  const auto buffer = std::make_unique_for_overwrite<char[]>(text.size() + padding);
  if (!text.empty()) std::memcpy(buffer.get(), text.data(), text.size());
  std::memset(buffer.get() + text.size(), 0, padding);
  show_controls(buffer.get(), text.size());

  rapidjson::InsituStringStream stream(buffer.get());
  rapidjson::Reader reader;
  forwarder handler(sink, stream);
  const rapidjson::ParseResult outcome = rest == json_rest::refused
                                             ? reader.Parse<flags>(stream, handler)
                                             : reader.Parse<flags | rapidjson::kParseStopWhenDoneFlag>(stream, handler);
  if (!outcome.IsError()) return std::nullopt;
  if (handler.too_deep()) return json_fault{json_fault::reason::depth, outcome.Offset(), "nested deeper than 64"};
  if (outcome.Code() == rapidjson::kParseErrorTermination)
    return json_fault{json_fault::reason::sink, outcome.Offset()};
  const bool number = outcome.Code() == rapidjson::kParseErrorNumberTooBig;
  return json_fault{number ? json_fault::reason::number : json_fault::reason::syntax, outcome.Offset(),
                    describe(outcome.Code())};
}

}  // namespace berth::k8s
