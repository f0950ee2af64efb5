#include "test/simulation/answers.hpp"

#include "k8s/http/answer.hpp"
#include "test/support/memory_api/refusal.hpp"

#include <utility>

namespace berth::simulation {

namespace {

constexpr const char* half = "application/json; half";

k8s::response_head head_of(const memory_api::answer& a) {
  k8s::response_head head;
  head.status = a.status;
  head.content_type = a.content_type;
  head.retry_after_seconds = a.retry_after;
  return head;
}

memory_api::answer status(int code, const char* reason, int retry_after = -1) {
  memory_api::answer a = memory_api::document(memory_api::refusal(code, reason, "made to fail").status(), code);
  a.retry_after = retry_after;
  return a;
}

memory_api::answer page(int code, const char* type, const char* body) {
  memory_api::answer a;
  a.status = code;
  a.content_type = type;
  a.body = body;
  return a;
}

}  // namespace

std::optional<memory_api::answer> answered_by_trouble(const std::optional<trouble>& t) {
  if (!t) return std::nullopt;
  switch (*t) {
    case trouble::bad_request:
      return status(400, "BadRequest");
    case trouble::unauthorized:
      return status(401, "Unauthorized");
    case trouble::forbidden:
      return status(403, "Forbidden");
    case trouble::no_such_page:
      return page(404, "text/plain", "404 page not found");
    case trouble::conflict:
      return status(409, "Conflict");
    case trouble::too_large:
      return status(413, "RequestEntityTooLarge");
    case trouble::throttled:
      return status(429, "TooManyRequests");
    case trouble::throttled_until:
      return status(429, "TooManyRequests", 1);
    case trouble::server_error:
      return status(500, "InternalError");
    case trouble::unavailable:
      return status(503, "ServiceUnavailable");
    case trouble::redirected:
      return page(302, "text/html", "<a href=\"https://login\">Found</a>");
    case trouble::web_page:
      return page(200, "text/html", "<html>please log in</html>");
    default:
      return std::nullopt;
  }
}

void spoil(memory_api::answer& a, const std::optional<trouble>& t) {
  if (t == trouble::late_timeout) a = status(504, "Timeout");
  if (t == trouble::half_an_answer) {
    a.body.resize(a.body.size() / 2);
    a.content_type = half;
  }
  if (t == trouble::no_json && !a.watching) a.body = "{\"kind\":";
}

bool is_half(const memory_api::answer& a) { return a.content_type == half; }

bool is_success(const memory_api::answer& a) {
  if (a.status / 100 != 2 || is_half(a)) return false;
  return a.body.empty() || k8s::plausible(head_of(a));
}

bool is_list(const memory_api::answer& a) { return k8s::streamed_form(head_of(a), k8s::encoding::json).has_value(); }

k8s::error error_of(const memory_api::answer& a, const std::string& doing) {
  if (is_half(a)) return {k8s::errc::connection_lost, doing + ": connection reset"};
  const k8s::response_head head = head_of(a);
  return a.status / 100 == 2 ? k8s::wrong_content(head, a.body, doing) : k8s::refusal(head, a.body, doing);
}

}  // namespace berth::simulation
