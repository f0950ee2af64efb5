#include "test/k8s/http/credentials_desk.hpp"

#include <memory>
#include <string>
#include <vector>

/// Files are read again at once where the server refuses us, or we it.
using namespace berth;
using namespace berth::k8s;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

/// A client that knows its server by an authority in a file, and another authority that the server turns to.
struct new_authority {
  new_authority() { rig.settings.certificate_authority = ca.source(); }
  void server_turns() { rig.server.show(after.issue("server", "IP:127.0.0.1")); }
  void file_follows() const { ca.says(after.certificate()); }

  std::shared_ptr<test_authority> before = std::make_shared<test_authority>("old");
  test_authority after{"new"};
  some_file ca{before->certificate()};
  tls_rig rig{before, "IP:127.0.0.1", "", -1, 1};
};

}  // namespace

TEST_CASE("credentials: certificates are read again at once where they were refused, at most once a second") {
  const test_authority authority("a"), another("b"), third("c");
  for (const rejection by : {rejection::unauthorized, rejection::handshake}) {
    desk d;
    d.settings.certificate_authority.file = "/ca";
    d.in.content["/ca"] = authority.certificate();
    const auto first = d.current().who;
    d.in.content["/ca"] = another.certificate();
    const auto second = d.renewed(first, by).who;
    CHECK(second->tls_generation == first->tls_generation + 1);
    d.in.content["/ca"] = third.certificate();
    const int reads = d.in.reads;
    for (int i = 0; i < 100; ++i) CHECK(d.renewed(second, by).who->same_as(*second));
    CHECK(d.in.reads == reads);
    CHECK(d.renewed(first, by).who->same_as(*second));  // that refusal is answered already
    d.time.forward(1s);
    CHECK(d.renewed(second, by).who->tls_generation == second->tls_generation + 1);
  }
}

TEST_CASE("credentials: a token that is refused again and again is read again every second") {
  desk d;
  d.settings.token_file.file = "/t";
  d.in.content["/t"] = "one";
  const auto first = d.current().who;
  for (int i = 0; i < 20; ++i) {
    CHECK(d.renewed(first).who->same_as(*first));
    d.time.forward(1s);
  }
  d.in.content["/t"] = "two";
  CHECK(d.renewed(first).who->authorization == "Bearer two");
}

TEST_CASE("credentials: a handshake that fails runs no plugin") {
  desk d;
  d.settings.exec.emplace();
  d.settings.exec->api_version = "client.authentication.k8s.io/v1";
  d.settings.exec->command = "sh";
  d.settings.exec->args = {"-c", R"(echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
                                 R"("status":{"token":"'$$'"}}')"};
  const auto first = d.current().who;
  REQUIRE(first);
  d.time.forward(1min);
  CHECK(d.renewed(first, rejection::handshake).who->authorization == first->authorization);
  CHECK(d.renewed(first, rejection::unauthorized).who->authorization != first->authorization);
}

TEST_CASE("client: a server whose certificate is of a new authority is trusted as soon as the CA file has that") {
  new_authority authority;
  tls_rig& r = authority.rig;
  r.server.next({request, ok("1"), cut});
  CHECK(r.post().value() == "1");
  while (r.io.poll_one() > 0) {
  }
  authority.server_turns();
  r.server.next({request});
  const auto refused = r.post();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == errc::tls_failure);
  CHECK(r.server.requests.size() == 1);
  authority.file_follows();
  r.time.forward(1s);
  r.server.next({request});
  r.server.next({request, ok("2"), hold});
  CHECK(r.post().value() == "2");
  CHECK(r.server.requests.size() == 2);
}

TEST_CASE("client: a certificate of ours that the server refuses is replaced as soon as its file is") {
  // By a 401, as kube-apiserver does, or within TLS, as a proxy before it may.
  for (const bool within_tls : {false, true}) {
    CAPTURE(within_tls);
    const test_authority clients("clients"), others("others");
    tls_rig r("IP:127.0.0.1", within_tls ? clients.certificate() : clients.certificate() + others.certificate());
    const auto old_one = others.issue("old", ""), new_one = clients.issue("new", "");
    const some_file certificate(old_one.certificate), key(old_one.key);
    r.settings.client_certificate = certificate.source();
    r.settings.client_key = key.source();
    r.api();
    certificate.says(new_one.certificate);
    key.says(new_one.key);
    r.server.next(within_tls ? std::vector<step>{request} : std::vector<step>{request, unauthorized, hold});
    r.server.next({request, ok("1"), hold});
    CHECK(r.post().value() == "1");
    CHECK(r.server.client_name == "/CN=new");
    CHECK(r.server.connections == 2);
  }
}

TEST_CASE("client: a watch that the CA file has come in the way of is opened again with what the file has by now") {
  new_authority authority;
  tls_rig& r = authority.rig;
  r.api();
  authority.server_turns();
  authority.file_follows();
  r.server.next({request});
  r.server.next({request, chunked, chunk("{}\n"), last_chunk, hold});
  std::vector<std::string> lines;
  client::event_handler keep = [&](const encoded& event) {
    lines.emplace_back(event.bytes);
    return true;
  };
  CHECK(r.wait(r.api().watch("/w", keep, {.timeout = 1h})).has_value());
  CHECK(lines == std::vector<std::string>{"{}"});
}
