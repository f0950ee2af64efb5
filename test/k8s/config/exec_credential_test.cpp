#include "k8s/config/exec_credential.hpp"

#include "k8s/api/time.hpp"
#include "k8s/text/base64.hpp"
#include "k8s/text/value_reader.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

namespace {

exec_settings plugin() {
  exec_settings p;
  p.api_version = "client.authentication.k8s.io/v1";
  p.command = "login";
  return p;
}

std::string printed(const std::string& status) {
  return R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":)" + status + "}";
}

std::string refusal(const std::string& text) {
  const auto read = read_exec_credential(text, plugin());
  if (read) return "accepted";
  CHECK(read.error().code == errc::malformed);
  return read.error().detail;
}

}  // namespace

TEST_CASE("exec credential: a token and when it expires") {
  const auto c =
      read_exec_credential(printed(R"({"token":"abc","expirationTimestamp":"2026-01-02T03:04:05Z"})"), plugin());
  REQUIRE(c.has_value());
  CHECK(c->token == "abc");
  REQUIRE(c->expires);
  CHECK(format_time(*c->expires) == "2026-01-02T03:04:05Z");
}

TEST_CASE("exec credential: a certificate with its key") {
  const auto c = read_exec_credential(printed(R"({"clientCertificateData":"C","clientKeyData":"K"})"), plugin());
  REQUIRE(c.has_value());
  CHECK(c->certificate == "C");
  CHECK(c->key == "K");
  CHECK_FALSE(c->expires);
}

TEST_CASE("exec credential: what is missing or malformed is named, the content is not") {
  const std::string at = "what exec plugin login printed: ";
  CHECK(refusal(R"({"kind":"Pod"})") == at + "kind: not ExecCredential");
  CHECK(
      refusal(
          R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"a"}})") ==
      at + "apiVersion: \"client.authentication.k8s.io/v1beta1\" is not what the kubeconfig asks for, "
           "client.authentication.k8s.io/v1");
  CHECK(refusal(R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"})") ==
        at + "status: not given");
  CHECK(refusal(printed("{}")) == at + "status.token: not given, nor is a client certificate");
  CHECK(refusal(printed(R"({"clientKeyData":"SECRET"})")) ==
        at + "status.clientCertificateData: not given, but the other half is");
  CHECK(refusal(printed(R"({"clientCertificateData":"C"})")) ==
        at + "status.clientKeyData: not given, but the other half is");
  CHECK(refusal(printed(R"({"token":"a b"})")) ==
        at + "status.token: has blanks or other characters that no token has");
  CHECK(refusal(printed(R"({"token":"a\r\nX: y"})")) ==
        at + "status.token: has blanks or other characters that no token has");
  CHECK(refusal(printed(R"({"token":"a","expirationTimestamp":"soon"})")) ==
        at + "status.expirationTimestamp: not a time");
  CHECK(refusal("please log in").starts_with(at + "expected a map"));
  CHECK(refusal("").starts_with("what exec plugin login printed"));
}

TEST_CASE("exec info: the plugin is told the version, and the cluster only where it asked") {
  connection_settings s;
  s.server = parse_server_url("https://h:6443", "server");
  s.tls_server_name = "kubernetes";
  s.exec = plugin();
  CHECK(exec_info(s, "CA") ==
        R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}})");
  s.exec->provide_cluster_info = true;
  s.exec->cluster_config = value(value::map{{"audience", "x\"y"}, {"n", 3}, {"l", value::list{true, value(), 1.5}}});
  CHECK(
      exec_info(s, "CA") ==
      R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false,"cluster":)"
      R"({"server":"https://h:6443","tls-server-name":"kubernetes","certificate-authority-data":"Q0E=",)"
      R"("config":{"audience":"x\"y","n":3,"l":[true,null,1.5]}}}})");
}
