#include "k8s/http/request_text.hpp"

#include "k8s/text/base64.hpp"

namespace berth::k8s {
namespace {

/// As browsers and Go have it: without the port where that is the scheme's own.
std::string host_field(const server_url& server) {
  const std::string all = server.authority();
  const std::string usual = server.tls ? ":443" : ":80";
  return all.ends_with(usual) ? all.substr(0, all.size() - usual.size()) : all;
}

/// A path or header value that came from outside must not begin a second header.
void append_safe(std::string& out, std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
}

}  // namespace

std::string_view accepted(encoding form) {
  switch (form) {
    case encoding::json:
      return json_content_type;
    case encoding::protobuf:
      return "application/vnd.kubernetes.protobuf, application/json";
  }
  return json_content_type;
}

request_writer::request_writer(const connection_settings& settings, const std::string& user_agent)
    : before_path_(settings.server.base_path), server_(settings.server.text()) {
  const bool through_proxy = settings.proxy && !settings.server.tls;
  if (through_proxy) before_path_ = server_;
  after_path_ = " HTTP/1.1\r\nHost: " + host_field(settings.server) + "\r\nUser-Agent: ";
  append_safe(after_path_, user_agent);
  after_path_ += "\r\nAccept-Encoding: identity\r\n";
  for (const auto& [name, value] : settings.impersonation) {
    after_path_ += name + ": ";
    append_safe(after_path_, value);
    after_path_ += "\r\n";
  }
  if (through_proxy && !settings.proxy->user_info.empty())
    after_path_ += "Proxy-Authorization: Basic " + encode_base64(settings.proxy->user_info) + "\r\n";
}

void request_writer::write(std::string& out, const http_request& request, std::string_view authorization) const {
  out.clear();
  out.reserve(request.method.size() + before_path_.size() + request.path.size() + after_path_.size() +
              request.accept.size() + authorization.size() + request.content_type.size() + request.body.size() + 106);
  out += request.method;
  out += ' ';
  out += before_path_;
  for (const char c : request.path) {
    if (static_cast<unsigned char>(c) > ' ' && c != 0x7f)
      out += c;
    else if (c == ' ')
      out += "%20";
  }
  out += after_path_;
  out += "Accept: ";
  out += request.accept;
  out += "\r\n";
  if (!authorization.empty()) {
    out += "Authorization: ";
    out += authorization;
    out += "\r\n";
  }
  if (!request.is_get()) {
    out += "Content-Type: ";
    out += request.content_type;
    out += "\r\nContent-Length: ";
    out += std::to_string(request.body.size());
    out += "\r\n";
  }
  out += "\r\n";
  out += request.body;
}

std::string request_writer::describe(const http_request& request) const {
  return std::string(request.method) + " " + server_ + request.path;
}

}  // namespace berth::k8s
