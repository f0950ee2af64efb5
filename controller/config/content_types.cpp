#include "controller/config/content_types.hpp"

#include "k8s/text/ascii.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace berth::controller {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::optional<k8s::encoding> encoding_named(const client_connection_configuration& connection) {
  std::string_view rest =
      connection.accept_content_types.empty() ? connection.content_type : connection.accept_content_types;
  while (!rest.empty()) {
    const std::string_view clause = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), clause.size() + 1));
    const std::string type = k8s::to_lower(std::string(trimmed(clause.substr(0, clause.find(';')))));
    if (type == k8s::protobuf_content_type) return k8s::encoding::protobuf;
    // A server that may choose sends JSON.
    if (type == k8s::json_content_type || type == "application/*" || type == "*/*") return k8s::encoding::json;
  }
  return std::nullopt;
}

}  // namespace

k8s::encoding encoding_of_streams(const client_connection_configuration& connection) {
  return encoding_named(connection).value_or(k8s::encoding::json);
}

void override_content_type(client_connection_configuration& connection, const std::string& type) {
  connection.content_type = type;
  connection.accept_content_types.clear();
}

void warn_of_content_types(const log& out, const client_connection_configuration& connection) {
  if (encoding_named(connection)) return;
  out.warning("clientConnection names no content type that is read here; JSON is asked for",
              {{"contentType", connection.content_type}, {"acceptContentTypes", connection.accept_content_types}});
}

}  // namespace berth::controller
