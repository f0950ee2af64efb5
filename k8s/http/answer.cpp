#include "k8s/http/answer.hpp"

#include "k8s/api/status.hpp"
#include "k8s/codec/decode.hpp"
#include "k8s/text/ascii.hpp"

#include <algorithm>
#include <cctype>

namespace berth::k8s {
namespace {

bool has_type(const response_head& head, std::string_view type) {
  const auto& given = head.content_type;
  if (given.size() < type.size()) return false;
  return to_lower(given.substr(0, type.size())) == type &&
         (given.size() == type.size() || given[type.size()] == ';' || given[type.size()] == ' ');
}

std::optional<encoding> form_of(const response_head& head) {
  if (has_type(head, json_content_type)) return encoding::json;
  if (has_type(head, protobuf_content_type)) return encoding::protobuf;
  return std::nullopt;
}

/// The beginning of a text, on one line.
std::string first_words(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 160)) {
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  if (text.size() > 160) out += "...";
  return out;
}

std::string status_line(const response_head& head) {
  return std::to_string(head.status) + (head.reason.empty() ? "" : " " + head.reason);
}

}  // namespace

bool plausible(const response_head& head) {
  return has_type(head, json_content_type) || head.content_type.empty() || has_type(head, "text/plain");
}

std::optional<encoding> streamed_form(const response_head& head, encoding asked) {
  const auto form = head.status == 200 ? form_of(head) : std::nullopt;
  return form == encoding::protobuf && asked != encoding::protobuf ? std::nullopt : form;
}

error wrong_content(const response_head& head, std::string_view body, const std::string& doing) {
  const auto type = head.content_type.empty() ? "no content type" : "content type " + first_words(head.content_type);
  const std::string why = form_of(head) == encoding::protobuf
                              ? ", which was not asked for"
                              : ", no API server's answer: \"" + first_words(body) + "\"";
  return {errc::unexpected_answer, doing + ": " + status_line(head) + " with " + type + why, head.status};
}

error refusal(const response_head& head, std::string_view body, const std::string& doing) {
  if (head.status / 100 == 3)
    return {errc::unexpected_answer, doing + ": " + status_line(head) + ": redirected to " + first_words(head.location),
            head.status};
  const auto form = form_of(head);
  if (form) {
    if (auto status = decode_status(encoded{body, *form})) {
      if (status->code == 0) status->code = head.status;
      auto why = to_error(*status, doing);
      why.http_status = head.status;
      if (head.retry_after_seconds >= 0) why.retry_after_seconds = head.retry_after_seconds;
      return why;
    }
  }
  const bool html = has_type(head, "text/html");
  // A gateway between us and the API server speaks HTML when the server is down.
  const errc kind = html && head.status < 500 ? errc::unexpected_answer : errc_of_http(head.status);
  std::string detail = doing + ": " + status_line(head);
  const auto words = form == encoding::protobuf ? "protobuf that is no Status" : first_words(body);
  if (!words.empty()) detail += ": " + words;
  if (head.status == 429 && !head.flow_schema.empty()) detail += " (flow schema " + first_words(head.flow_schema) + ")";
  return {kind, std::move(detail), head.status, head.retry_after_seconds};
}

}  // namespace berth::k8s
