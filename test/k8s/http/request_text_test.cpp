#include "k8s/http/request_text.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

namespace {

connection_settings to(const std::string& server) {
  connection_settings s;
  s.server = parse_server_url(server, "server");
  return s;
}

std::string text_of(const request_writer& writer, const http_request& request, std::string_view authorization = "") {
  std::string out = "left over";
  writer.write(out, request, authorization);
  return out;
}

}  // namespace

TEST_CASE("request: a GET to the byte") {
  const request_writer writer(to("https://10.0.0.1:6443"), "berth/1");
  CHECK(text_of(writer, {.method = "GET", .path = "/api/v1/nodes?x=1", .body = {}}) ==
        "GET /api/v1/nodes?x=1 HTTP/1.1\r\nHost: 10.0.0.1:6443\r\nUser-Agent: berth/1\r\nAccept-Encoding: identity\r\n"
        "Accept: application/json\r\n\r\n");
}

TEST_CASE("request: who reads protobuf asks for it, and for JSON where there is none") {
  const request_writer writer(to("http://h:1"), "berth");
  CHECK(text_of(writer, {.path = "/x", .body = {}, .accept = accepted(encoding::protobuf)})
            .ends_with("\r\nAccept: application/vnd.kubernetes.protobuf, application/json\r\n\r\n"));
  CHECK(text_of(writer, {.path = "/x", .body = {}, .accept = accepted(encoding::json)})
            .ends_with("\r\nAccept: application/json\r\n\r\n"));
}

TEST_CASE("request: a POST has type, length and body") {
  const request_writer writer(to("https://[::1]:443/base"), "berth");
  CHECK(text_of(writer, {.method = "POST", .path = "/x", .body = "{}"}, "Bearer t") ==
        "POST /base/x HTTP/1.1\r\nHost: [::1]\r\nUser-Agent: berth\r\nAccept-Encoding: identity\r\n"
        "Accept: application/json\r\n"
        "Authorization: Bearer t\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST_CASE("request: a DELETE without a body says so") {
  const request_writer writer(to("http://h:80"), "berth");
  const auto text = text_of(writer, {.method = "DELETE", .path = "/x", .body = {}});
  CHECK(text.find("Host: h\r\n") != text.npos);
  CHECK(text.find("Content-Length: 0\r\n\r\n") != text.npos);
}

TEST_CASE("request: nothing that comes from outside can begin another header") {
  const request_writer writer(to("http://h:1"), "berth\r\nEvil: 1");
  const auto text = text_of(writer, {.method = "GET", .path = "/a b\r\nEvil: 2", .body = {}});
  CHECK(text.find("\nEvil") == text.npos);
  CHECK(text.starts_with("GET /a%20bEvil:%202 HTTP/1.1\r\n"));
}

TEST_CASE("request: an http server behind a proxy is asked for by its whole URL") {
  auto settings = to("http://h:8080");
  settings.proxy = parse_server_url("http://me:pw@proxy:3128", "proxy");
  const auto text = text_of(request_writer(settings, "berth"), {.method = "GET", .path = "/x", .body = {}});
  CHECK(text.starts_with("GET http://h:8080/x HTTP/1.1\r\nHost: h:8080\r\n"));
  CHECK(text.find("Proxy-Authorization: Basic bWU6cHc=\r\n") != text.npos);
}

TEST_CASE("request: an https server behind a proxy is not told of the proxy") {
  auto settings = to("https://h:8080");
  settings.proxy = parse_server_url("http://me:pw@proxy:3128", "proxy");
  const auto text = text_of(request_writer(settings, "berth"), {.method = "GET", .path = "/x", .body = {}});
  CHECK(text.starts_with("GET /x HTTP/1.1\r\n"));
  CHECK(text.find("Proxy-") == text.npos);
}

TEST_CASE("request: impersonation is said in every request") {
  auto settings = to("https://h");
  settings.impersonation = {{"Impersonate-User", "jane"}, {"Impersonate-Group", "a"}};
  const auto text = text_of(request_writer(settings, "berth"), {.method = "GET", .path = "/x", .body = {}});
  CHECK(text.find("\r\nImpersonate-User: jane\r\nImpersonate-Group: a\r\n") != text.npos);
}
