#include "test/support/memory_api/fault.hpp"

#include "test/support/memory_api/refusal.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace berth::memory_api {

namespace {

constexpr std::array kinds{
    std::pair{"answer", fault_kind::answer}, std::pair{"delay", fault_kind::delay},
    std::pair{"close", fault_kind::close},   std::pair{"loseAnswer", fault_kind::lose_answer},
    std::pair{"cut", fault_kind::cut},       std::pair{"gone", fault_kind::gone},
    std::pair{"drop", fault_kind::drop},
};

constexpr std::array reasons{
    std::pair{400, "BadRequest"},    std::pair{401, "Unauthorized"},
    std::pair{403, "Forbidden"},     std::pair{404, "NotFound"},
    std::pair{409, "Conflict"},      std::pair{410, "Expired"},
    std::pair{422, "Invalid"},       std::pair{429, "TooManyRequests"},
    std::pair{500, "InternalError"}, std::pair{503, "ServiceUnavailable"},
    std::pair{504, "Timeout"},
};

bool set_text(fault& f, const std::string& name, const json& value) {
  if (!value.is_string()) return false;
  const std::string text(value.string());
  if (name == "kind") {
    const auto found = std::ranges::find(kinds, text, [](const auto& k) { return std::string(k.first); });
    if (found != kinds.end()) f.kind = found->second;
    return found != kinds.end();
  }
  if (name == "method") return (f.method = text, true);
  if (name == "path") return (f.path = text, true);
  if (name == "body") return (f.body = text, true);
  if (name == "contentType") return (f.content_type = text, true);
  return false;
}

bool set_number(fault& f, const std::string& name, int value) {
  if (name == "times") return (f.times = value, true);
  if (name == "skip") return (f.skip = value, true);
  if (name == "status") return (f.status = value, true);
  if (name == "retryAfter") return (f.retry_after = value, true);
  if (name == "delayMilliseconds") return (f.delay = std::chrono::milliseconds(value), true);
  return false;
}

}  // namespace

std::optional<fault> parse_fault(const json& text) {
  fault f;
  for (const auto& [name, value] : text.members()) {
    const auto* number = std::get_if<std::int64_t>(&value.data());
    const bool taken = number != nullptr ? set_number(f, name, static_cast<int>(*number)) : set_text(f, name, value);
    if (!taken) return std::nullopt;
  }
  if (!text.is_object()) return std::nullopt;
  return f;
}

std::string body_of(const fault& f) {
  if (!f.body.empty()) return f.body;
  const auto found = std::ranges::find(reasons, f.status, [](const auto& r) { return r.first; });
  return refusal(f.status, found == reasons.end() ? "" : found->second, "made to fail").status().text();
}

std::optional<fault> faults::match(std::string_view method, std::string_view target) {
  for (auto rule = rules_.begin(); rule != rules_.end(); ++rule) {
    const bool line = method == "WATCH";
    if (rule->method.empty() ? line : rule->method != method) continue;
    if (target.find(rule->path) == std::string_view::npos) continue;
    if (rule->skip > 0) {
      --rule->skip;
      continue;
    }
    fault found = *rule;
    if (rule->times > 0 && --rule->times == 0) rules_.erase(rule);
    return found;
  }
  return std::nullopt;
}

}  // namespace berth::memory_api
