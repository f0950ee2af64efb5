#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// JSON texts to events: the one place where RapidJSON is, with its guards. Private to k8s/; nothing of RapidJSON
/// leaves json.cpp.
///
/// Iterative, so depth costs no stack; numbers stay texts, so no arithmetic is done on what others wrote (Debian 12's
/// RapidJSON reads far outside a table for "0.", 400 zeros, "1e-2147483639"); depth is capped; bytes that are not UTF-8
/// are refused.
namespace berth::k8s {

inline constexpr std::size_t max_json_depth = 64;

/// Receives a document. Texts and keys are valid until parse_json returns. Each call returns false to stop the parse:
/// why is for the sink to remember.
class json_sink {
 public:
  virtual bool null() = 0;
  virtual bool boolean(bool b) = 0;
  virtual bool number(std::string_view text) = 0;
  virtual bool string(std::string_view text) = 0;
  virtual bool begin_object() = 0;
  virtual bool key(std::string_view name) = 0;
  virtual bool end_object() = 0;
  virtual bool begin_list() = 0;
  virtual bool end_list() = 0;

  /// Where in the text the bracket stands, while begin_... or end_... of an object runs.
  std::size_t bracket_at = 0;

 protected:
  ~json_sink() = default;
};

/// What is wrong, and at which byte of the text (the value's first or last, where a sink stopped the parse).
struct json_fault {
  enum class reason { bytes, syntax, number, depth, sink };

  reason why = reason::syntax;
  std::size_t offset = 0;
  std::string what = "";  ///< empty where the sink knows
};

/// What may follow the value: nothing but white space, or anything, which is not looked at (as Go's json.Decoder has
/// it).
enum class json_rest { refused, ignored };

/// Nothing when the text was one JSON value (white space around it aside) and the sink took all of it.
std::optional<json_fault> parse_json(std::string_view text, json_sink& sink, json_rest rest = json_rest::refused);

/// Makes of a text what Go's encoding/json takes it for: bytes that are no UTF-8, and halves of surrogate pairs in
/// escapes, become U+FFFD. For what programs written in Go, or for Go, send.
void mend_json(std::string& text);

}  // namespace berth::k8s
