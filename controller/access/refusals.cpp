#include "controller/access/refusals.hpp"

#include "k8s/text/ascii.hpp"
#include "k8s/text/json_writer.hpp"

namespace berth::controller {

namespace {

/// Nothing in an answer looks like HTML. Upstream: responsewriters/errors.go, sanitizer.
std::string sanitized(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

/// As Go's %q writes a string, but that what lies beyond ASCII stays as it is.
std::string quoted(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

http_answer status(unsigned code, const char* reason, const std::string& message, bool details) {
  k8s::json_writer w;
  w.begin_object().member("kind", "Status").member("apiVersion", "v1").begin_object("metadata").end_object();
  w.member("status", "Failure").member("message", message).member("reason", reason);
  if (details) w.begin_object("details").end_object();
  w.member("code", static_cast<std::int64_t>(code)).end_object();
  return {.status = code, .body = w.take() + "\n", .content_type = "application/json"};
}

}  // namespace

std::optional<std::string> decoded_path(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  if (!path.starts_with('/')) return std::nullopt;
  return k8s::percent_decoded(path);
}

http_answer unauthorized() { return status(401, "Unauthorized", "Unauthorized", false); }

http_answer forbidden(const std::string& user, const std::string& verb, const std::string& path,
                      const std::string& reason) {
  std::string why = sanitized("User " + quoted(user) + " cannot " + verb + " path " + quoted(path));
  if (!reason.empty()) why += ": " + reason;
  return status(403, "Forbidden", "forbidden: " + why, true);
}

http_answer cannot_tell(std::string_view target, const std::string& why) {
  return {.status = 500, .body = sanitized("Internal Server Error: " + quoted(target) + ": " + why) + "\n"};
}

}  // namespace berth::controller
