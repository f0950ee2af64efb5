#include "test/k8s/rig.hpp"

#include "k8s/http/tls.hpp"

using namespace berth;
using namespace berth::k8s;
using namespace berth::test;

namespace {

const request_options once{.retry = false};

error refusal(rig& r) {
  r.server.next({request, ok("{}"), hold});
  const auto got = r.get("/x", once);
  REQUIRE_FALSE(got.has_value());
  return got.error();
}

std::string config_refusal(rig& r) {
  try {
    r.api();
  } catch (const config_error& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("TLS: requests go and come, on one connection") {
  tls_rig r;
  r.server.next({request, ok("1"), request, ok("2"), hold});
  CHECK(r.get().value() == "1");
  CHECK(r.post().value() == "2");
  CHECK(r.server.connections == 1);
}

TEST_CASE("TLS: a large answer comes whole") {
  tls_rig r;
  const std::string much(3'000'000, 'x');
  r.server.next({request, ok(much), hold});
  CHECK(r.get().value() == much);
}

TEST_CASE("TLS: an answer that ends without close_notify is whole only where its framing says so") {
  tls_rig r;
  r.server.next({request, ok("whole"), cut});
  r.server.next(
      {request, send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\nhalf"), cut});
  CHECK(r.get().value() == "whole");
  while (r.io.poll_one() > 0) {
  }
  CHECK(r.get("/x", once).error().code == errc::connection_lost);
}

TEST_CASE("TLS: a certificate for the IP address that is dialled is accepted") {
  tls_rig r("IP:127.0.0.1");
  r.server.next({request, ok("1"), hold});
  CHECK(r.get().has_value());
}

TEST_CASE("TLS: a certificate for another IP address is refused, and both are named") {
  tls_rig r("IP:10.0.0.1,DNS:localhost,DNS:127.0.0.1");
  const auto why = refusal(r);
  CHECK(why.code == errc::tls_failure);
  CHECK(why.detail == "GET " + r.url() +
                          "/x: TLS: the server's certificate is for 10.0.0.1, localhost, 127.0.0.1, not for 127.0.0.1");
}

TEST_CASE("TLS: a certificate for another name is refused, and both are named") {
  tls_rig r("DNS:kubernetes,IP:127.0.0.1");
  r.settings.server.host = "localhost";
  const auto why = refusal(r);
  CHECK(why.code == errc::tls_failure);
  CHECK(why.detail ==
        "GET " + r.url() + "/x: TLS: the server's certificate is for kubernetes, 127.0.0.1, not for localhost");
}

TEST_CASE("TLS: a common name does not count") {
  const auto authority = std::make_shared<test_authority>("trusted");
  rig r(authority->issue("localhost", ""));
  r.settings.server.tls = true;
  r.settings.server.host = "localhost";
  r.settings.certificate_authority.text = authority->certificate();
  CHECK(refusal(r).detail.find("the server's certificate is for no name at all, not for localhost") !=
        std::string::npos);
}

TEST_CASE("TLS: wildcards cover one label") {
  tls_rig r("DNS:*.example.org");
  r.settings.tls_server_name = "api.example.org";
  r.server.next({request, ok("1"), hold});
  CHECK(r.get().has_value());
  tls_rig deeper("DNS:*.example.org");
  deeper.settings.tls_server_name = "a.b.example.org";
  CHECK(refusal(deeper).code == errc::tls_failure);
}

TEST_CASE("TLS: tls-server-name is what the certificate must be for") {
  tls_rig r("DNS:kubernetes");
  r.settings.tls_server_name = "kubernetes";
  r.server.next({request, ok("1"), hold});
  CHECK(r.get().has_value());
}

TEST_CASE("TLS: an expired certificate is refused, with when it expired") {
  tls_rig r("IP:127.0.0.1", "", -2, -1);
  const auto why = refusal(r);
  CHECK(why.code == errc::tls_failure);
  CHECK(why.detail.find("TLS: the server's certificate (CN = server) expired at 20") != std::string::npos);
}

TEST_CASE("TLS: a certificate of the future is refused") {
  tls_rig r("IP:127.0.0.1", "", 1, 2);
  CHECK(refusal(r).detail.find("(CN = server) is not valid before 20") != std::string::npos);
}

TEST_CASE("TLS: a certificate of another authority is refused, and its issuer named") {
  tls_rig r;
  const test_authority other("other");
  r.settings.certificate_authority.text = other.certificate();
  const auto why = refusal(r);
  CHECK(why.code == errc::tls_failure);
  CHECK(why.detail.find("(CN = server) was issued by an authority that is not trusted: CN = trusted") !=
        std::string::npos);
}

TEST_CASE("TLS: a server that speaks nothing newer than TLS 1.1 is refused, and that is said") {
  tls_rig r;
  r.server.speak_at_most_tls_1_1();
  const auto why = refusal(r);
  CHECK(why.code == errc::tls_failure);
  CHECK(why.detail == "GET " + r.url() + "/x: TLS: the server does not offer TLS 1.2 or newer");
}

TEST_CASE("TLS: without verification anything is accepted") {
  tls_rig r("DNS:wrong", "", -2, -1);
  r.settings.certificate_authority = {};
  r.settings.insecure_skip_tls_verify = true;
  r.server.next({request, ok("1"), hold});
  CHECK(r.get().has_value());
}

TEST_CASE("TLS: a certificate may be trusted by itself") {
  tls_rig r;
  const auto own = r.authority->issue("server", "IP:127.0.0.1");
  r.server.show(own);
  r.settings.certificate_authority.text = own.certificate;
  r.server.next({request, ok("1"), hold});
  CHECK(r.get().has_value());
}

TEST_CASE("TLS: our certificate is shown") {
  const test_authority clients("clients");
  tls_rig r("IP:127.0.0.1", clients.certificate());
  const auto mine = clients.issue("me", "");
  r.settings.client_certificate.text = mine.certificate;
  r.settings.client_key.text = mine.key;
  r.server.next({request, ok("1"), hold});
  CHECK(r.get().has_value());
  CHECK(r.server.client_name == "/CN=me");
}

TEST_CASE("TLS: a server that does not accept our certificate, or wants one, says so") {
  const test_authority clients("clients"), others("others");
  tls_rig none("IP:127.0.0.1", clients.certificate());
  const auto missing = refusal(none);
  CHECK(missing.code == errc::tls_failure);
  CHECK(missing.detail.find("the server did not accept our certificate: ") != std::string::npos);
  tls_rig wrong("IP:127.0.0.1", clients.certificate());
  const auto mine = others.issue("me", "");
  wrong.settings.client_certificate.text = mine.certificate;
  wrong.settings.client_key.text = mine.key;
  CHECK(refusal(wrong).detail.find("the server did not accept our certificate: ") != std::string::npos);
}

TEST_CASE("TLS: a server that speaks plain HTTP is recognised") {
  rig r;
  r.settings.server.tls = true;
  r.settings.insecure_skip_tls_verify = true;
  r.server.next({send("HTTP/1.1 400 Bad Request\r\n\r\n"), hold});
  const auto odd = r.get("/x", once);
  REQUIRE_FALSE(odd.has_value());
  CHECK(odd.error().code == errc::tls_failure);
  CHECK(odd.error().detail == "GET " + r.url() + "/x: TLS: the server does not speak TLS (is it an http:// server?)");
}

TEST_CASE("TLS: a server that hangs up during the handshake was not reached") {
  rig r;
  r.settings.server.tls = true;
  r.settings.insecure_skip_tls_verify = true;
  r.server.next({cut});
  CHECK(r.get("/x", once).error().code == errc::unreachable);
}

TEST_CASE("TLS: a server that is silent during the handshake was not reached either") {
  rig r;
  r.settings.server.tls = true;
  r.settings.insecure_skip_tls_verify = true;
  r.options.connect_timeout = std::chrono::milliseconds(30);
  r.server.next({request, hold});
  const auto silent = r.get("/x", once);
  CHECK(silent.error().code == errc::unreachable);
  CHECK(silent.error().detail == "GET " + r.url() + "/x: TLS: timed out");
}

TEST_CASE("TLS: material that cannot be used is refused at the start, by name") {
  const test_authority authority("a"), other("b");
  const auto mine = authority.issue("me", ""), yours = other.issue("you", "");
  const auto with = [&](auto change) {
    rig r;
    r.settings.server.tls = true;
    change(r.settings);
    return config_refusal(r);
  };
  CHECK(with([](auto& s) { s.certificate_authority.file = "/nix/ca.crt"; }) == "/nix/ca.crt: no such file");
  CHECK(with([](auto& s) { s.certificate_authority.text = "hello"; }) ==
        "certificate-authority-data: holds no valid PEM certificate");
  CHECK(with([](auto& s) {
          s.certificate_authority = {"/nix/ca.crt", "", "/kc: clusters[0].cluster.caFile"};
        }) == "/kc: clusters[0].cluster.caFile: /nix/ca.crt: no such file");
  CHECK(with([](auto& s) {
          s.certificate_authority = {"/", "", "/kc: clusters[0].cluster.caFile"};
        }) == "/kc: clusters[0].cluster.caFile: /: cannot be read: Is a directory");
  CHECK(with([](auto& s) {
          s.certificate_authority = {"", "hello", "/kc: clusters[0].cluster.caData"};
        }) == "/kc: clusters[0].cluster.caData: holds no valid PEM certificate");
  CHECK(with([&](auto& s) {
          s.client_certificate.text = mine.certificate;
          s.client_key.text = "x";
        }) == "client-key-data: holds no valid PEM private key without a password");
  CHECK(with([&](auto& s) {
          s.client_certificate.text = mine.certificate;
          s.client_key.text = yours.key;
        }) == "client-key-data: the private key does not belong to the certificate in client-certificate-data");
  CHECK(with([](auto& s) { s.token_file.file = "/nix/token"; }) == "/nix/token: no such file, or no token in it");
  CHECK(with([](auto& s) {
          s.token_file = {"/nix/token", "", "/kc: users[0].user.tokenFile"};
        }) == "/kc: users[0].user.tokenFile: /nix/token: no such file, or no token in it");
}

TEST_CASE("TLS: a bundle with a certificate that cannot be parsed trusts the others") {
  const std::string odd[] = {
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      "-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----\n",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END X509 CRL-----\n",
      "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
      "-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
      "# the old one\r\n\r\n",
  };
  for (const std::string& block : odd) {
    CAPTURE(block);
    for (const bool first : {true, false}) {
      tls_rig r;
      std::string& bundle = r.settings.certificate_authority.text;
      bundle = first ? block + bundle : bundle + block;
      r.server.next({request, ok("1"), hold});
      CHECK(r.get().has_value());
    }
    rig alone;
    alone.settings.server.tls = true;
    alone.settings.certificate_authority.text = block;
    CHECK(config_refusal(alone) == "certificate-authority-data: holds no valid PEM certificate");
  }
}

TEST_CASE("TLS: a key with a password is refused without asking") {
  const test_authority authority("a");
  const auto mine = authority.issue("me", "");
  rig r;
  r.settings.server.tls = true;
  r.settings.client_certificate.text = mine.certificate;
  r.settings.client_key.text = locked(mine.key, "secret");
  CHECK(config_refusal(r) == "client-key-data: holds no valid PEM private key without a password");
}

TEST_CASE("proxy: CONNECT, then TLS with the server behind it") {
  const test_authority authority("trusted");
  rig proxy;
  proxy.settings.proxy = parse_server_url("http://me:pw@" + proxy.server.authority(), "proxy");
  proxy.settings.server = parse_server_url("https://api.invalid:6443", "server");
  proxy.settings.certificate_authority.text = authority.certificate();
  proxy.server.show(authority.issue("server", "DNS:api.invalid"));
  proxy.server.next(
      {request, send("HTTP/1.1 200 Connection established\r\n\r\n"), tunnel, request, ok("1"), request, ok("2"), hold});
  CHECK(proxy.get().value() == "1");
  CHECK(proxy.get().value() == "2");
  REQUIRE(proxy.server.requests.size() == 3);
  CHECK(proxy.server.requests[0] ==
        "CONNECT api.invalid:6443 HTTP/1.1\r\nHost: api.invalid:6443\r\nProxy-Authorization: Basic bWU6cHc=\r\n\r\n");
  CHECK(proxy.server.requests[1].starts_with("GET /x HTTP/1.1\r\nHost: api.invalid:6443\r\n"));
  CHECK(proxy.server.requests[1].find("Proxy-") == std::string::npos);
}

TEST_CASE("proxy: one that refuses, hangs up or speaks no HTTP is named, and the request was not sent") {
  struct example {
    std::vector<step> script;
    const char* why;
  };
  const example examples[] = {
      {{request, send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 4\r\n\r\nauth"), hold},
       "it answered 407 Proxy Authentication Required"},
      {{request, cut}, "the server closed the connection without an answer"},
      {{request, send("SOCKS?\r\n\r\n"), hold}, "not HTTP"},
  };
  for (const auto& e : examples) {
    rig r;
    r.settings.proxy = parse_server_url("http://" + r.server.authority(), "proxy");
    r.settings.server = parse_server_url("https://api.invalid:6443", "server");
    r.settings.insecure_skip_tls_verify = true;
    r.server.next(e.script);
    const auto refused = r.get("/x", once);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == errc::unreachable);
    CHECK_MESSAGE(refused.error().detail.find("/x: proxy " + r.server.authority() + ": " + e.why) != std::string::npos,
                  refused.error().detail);
    CHECK(r.server.requests.size() == 1);
  }
}

TEST_CASE("TLS: every cipher suite that is offered has forward secrecy and authenticates what it encrypts") {
  const auto context = make_tls_context({});
  REQUIRE(context);
  const STACK_OF(SSL_CIPHER)* offered = SSL_CTX_get_ciphers((*context)->native_handle());
  REQUIRE(sk_SSL_CIPHER_num(offered) > 3);
  for (int i = 0; i < sk_SSL_CIPHER_num(offered); ++i) {
    const SSL_CIPHER* one = sk_SSL_CIPHER_value(offered, i);
    CAPTURE(SSL_CIPHER_get_name(one));
    const int exchange = SSL_CIPHER_get_kx_nid(one);
    CHECK((exchange == NID_kx_ecdhe || exchange == NID_kx_any));  // any: of TLS 1.3
    CHECK(SSL_CIPHER_is_aead(one));
  }
}
