#pragma once

#include "scoring/status.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// The one place that catches what a plugin throws.
///
/// A plugin is somebody else's code and may throw at any extension point, anything. That costs one attempt of one pod:
/// the call ends as if the plugin had answered with an error, and whoever made it goes on from there as from any other
/// error. Every call of a plugin goes through at_point::ask (lineup.hpp) or `guarded`; nobody else needs a try-block.
namespace berth::scoring {

namespace guard {

/// What is being thrown at this moment, in words: "threw an exception: WHAT". Only within a handler. At most
/// `longest_text` bytes, cut between characters.
status thrown();
inline constexpr std::size_t longest_text = 1024;

/// How a call that threw is answered, by the type of its answers.
template <class Answer>
struct outcome {  // bool and the like, which have no place for an error
  using type = struct {
    std::optional<Answer> value;
    status what;  ///< not ok: it threw, and there is no value
  };
  static type of(Answer&& a) { return {std::move(a), {}}; }
  static type broken() { return {std::nullopt, thrown()}; }
};
template <>
struct outcome<status> {
  using type = status;
  static type of(status&& s) { return std::move(s); }
  static type broken() { return thrown(); }
};
template <class Answer>
requires requires(Answer a) { a.what = status{}; }
struct outcome<Answer> {  // permit_result and its like
  using type = Answer;
  static type of(Answer&& a) { return std::move(a); }
  static type broken() {
    Answer a;
    a.what = thrown();
    return a;
  }
};

}  // namespace guard

/// Calls f(), and answers with an error where that throws: as f does where it answers with a status or a struct around
/// one, with a status where it answers nothing, and with an optional value beside a status otherwise.
template <class F>
auto guarded(F&& f) {
  using answer = std::invoke_result_t<F>;
  using result = std::conditional_t<std::is_void_v<answer>, status, answer>;
  try {
    if constexpr (std::is_void_v<answer>) {
      f();
      return status::ok();
    } else {
      return guard::outcome<result>::of(f());
    }
  } catch (...) {
    return guard::outcome<result>::broken();
  }
}

/// `running POINT plugin "NAME": MESSAGE`, kube-scheduler's words for a plugin that broke.
std::string plugin_failed(std::string_view point, std::string_view plugin, const status& s);

}  // namespace berth::scoring
