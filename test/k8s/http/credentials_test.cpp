#include "test/k8s/http/credentials_desk.hpp"

using namespace berth;
using namespace berth::k8s;
using namespace berth::test;
using namespace std::chrono_literals;

TEST_CASE("credentials: none, over http or TLS") {
  desk d;
  CHECK(d.authorization().empty());
  CHECK(d.current().who->tls);
  desk plain;
  plain.settings.server.tls = false;
  CHECK_FALSE(plain.current().who->tls);
}

TEST_CASE("credentials: a token of the kubeconfig never changes and is never read") {
  desk d;
  d.settings.token = "abc";
  CHECK(d.authorization() == "Bearer abc");
  CHECK(d.current().who->stale_at == clock::time_point::max());
  CHECK(d.in.reads == 0);
}

TEST_CASE("credentials: a token file is read again within 60 s, and not at every request") {
  desk d;
  d.settings.token_file.file = "/t";
  d.in.content["/t"] = "  one\n";
  CHECK(d.authorization() == "Bearer one");
  d.in.content["/t"] = "two";
  d.time.forward(49s);
  CHECK(d.authorization() == "Bearer one");
  CHECK(d.in.reads == 1);
  d.time.forward(1s);
  CHECK(d.authorization() == "Bearer two");
}

TEST_CASE("credentials: a token file takes precedence over a token") {
  desk d;
  d.settings.token = "text";
  d.settings.token_file.file = "/t";
  d.in.content["/t"] = "file";
  CHECK(d.authorization() == "Bearer file");
}

TEST_CASE("credentials: while a token file is missing, unreadable, empty or garbage, the old token stays") {
  desk d;
  d.settings.token_file.file = "/t";
  d.in.content["/t"] = "one";
  d.open();
  d.time.forward(51s);
  d.in.content["/t"] = "\n";
  CHECK(d.authorization() == "Bearer one");
  d.time.forward(2s);
  d.in.content["/t"] = "a\r\nb: c";
  CHECK(d.authorization() == "Bearer one");
  d.time.forward(2s);
  d.in.content.clear();
  CHECK(d.authorization() == "Bearer one");
  d.time.forward(2s);
  d.in.broken = "/t";
  CHECK(d.authorization() == "Bearer one");
  d.time.forward(2s);
  d.in.broken.clear();
  d.in.content["/t"] = "two";
  CHECK(d.authorization() == "Bearer two");
}

TEST_CASE("credentials: a token that the server refused is read again at once") {
  desk d;
  d.settings.token_file.file = "/t";
  d.in.content["/t"] = "one";
  const auto first = d.current().who;
  d.in.content["/t"] = "two";
  const auto second = d.renewed(first).who;
  CHECK(second->authorization == "Bearer two");
  const auto reads = d.in.reads;
  CHECK(d.renewed(first).who == second);
  CHECK(d.in.reads == reads);
  CHECK(d.renewed(second).who->same_as(*second));
}

TEST_CASE("credentials: at the start a token file must have a token") {
  for (const char* content : {"", "\n", "a b"}) {
    desk d;
    d.settings.token_file.file = "/t";
    d.in.content["/t"] = content;
    CHECK_THROWS_WITH_AS(d.open(), "/t: no such file, or no token in it", config_error);
  }
  desk unreadable;
  unreadable.settings.token_file.file = unreadable.in.broken = "/t";
  CHECK_THROWS_WITH_AS(unreadable.open(), "/t: Input/output error", config_error);
}

TEST_CASE("credentials: a CA file that changes is taken up within 5 minutes, with new connections") {
  const test_authority old_one("old"), new_one("new");
  desk d;
  int changes = 0;
  d.settings.certificate_authority.file = "/ca";
  d.in.content["/ca"] = old_one.certificate();
  d.open();
  d.it->on_tls_change = [&changes] { ++changes; };
  const auto before = d.current().who;
  d.in.content["/ca"] = new_one.certificate();
  d.time.forward(4min);
  CHECK(d.current().who->same_as(*before));
  d.time.forward(1min);
  const auto after = d.current().who;
  CHECK(after->tls_generation == before->tls_generation + 1);
  CHECK(after->tls != before->tls);
  CHECK(changes == 1);
  d.time.forward(5min);
  CHECK(d.current().who->same_as(*after));
  CHECK(changes == 1);
}

TEST_CASE("credentials: a CA file that is empty, missing or no certificate changes nothing") {
  const test_authority one("one");
  desk d;
  d.settings.certificate_authority.file = "/ca";
  d.in.content["/ca"] = one.certificate();
  const auto before = d.current().who;
  for (const char* bad : {"", "garbage"}) {
    d.in.content["/ca"] = bad;
    d.time.forward(5min);
    CHECK(d.current().who->same_as(*before));
  }
  d.in.content.clear();
  d.time.forward(5min);
  CHECK(d.current().who->same_as(*before));
}

TEST_CASE("credentials: of a client certificate and its key half may be replaced; only a pair that fits is taken up") {
  const test_authority authority("a");
  const auto first = authority.issue("me", ""), second = authority.issue("me", "");
  for (const auto soon : {10s, 300s}) {  // the files are looked at again ten seconds later
    desk d;
    d.settings.client_certificate.file = "/crt";
    d.settings.client_key.file = "/key";
    d.in.content = {{"/crt", first.certificate}, {"/key", first.key}};
    const auto before = d.current().who;
    d.in.content["/crt"] = second.certificate;
    d.time.forward(5min);
    CHECK(d.current().who->same_as(*before));
    d.in.content["/key"] = second.key;
    d.time.forward(soon);
    CHECK(d.current().who->tls_generation == before->tls_generation + 1);
  }
}

TEST_CASE("client: a 401 is answered once with the token that stands in the file by now") {
  const some_file token("one");
  tls_rig r;
  r.settings.token_file = token.source();
  r.server.next({request, ok("1"), request, unauthorized, request, ok("2"), request, unauthorized, hold});
  CHECK(r.post().value() == "1");
  token.says("two");
  CHECK(r.post().value() == "2");
  REQUIRE(r.server.requests.size() == 3);
  CHECK(r.server.requests[1].find("Authorization: Bearer one\r\n") != std::string::npos);
  CHECK(r.server.requests[2].find("Authorization: Bearer two\r\n") != std::string::npos);
  CHECK(r.post().error().code == errc::unauthorized);
  CHECK(r.server.requests.size() == 4);
}

TEST_CASE("client: certificates that change end the watches and replace the connections") {
  const auto authority = std::make_shared<test_authority>("trusted");
  const some_file ca(authority->certificate());
  tls_rig r(authority, "IP:127.0.0.1", "", -1, 1);
  r.settings.certificate_authority = ca.source();
  r.server.next({request, chunked, hold});
  r.server.next({request, ok("1"), hold});
  r.server.next({request, ok("2"), hold});
  error end;
  bool ended = false;
  auto note = [&](std::exception_ptr, result<void> how) {
    if (!how) end = how.error();
    ended = true;
  };
  client::event_handler ignore = [](const encoded&) { return true; };
  boost::asio::co_spawn(r.io, r.api().watch("/w", ignore, {.timeout = 1h}), note);
  r.until([&] { return r.server.requests.size() == 1; });
  CHECK(r.post().value() == "1");
  const test_authority more("another");
  ca.says(authority->certificate() + more.certificate());
  r.time.forward(5min);
  CHECK(r.post().value() == "2");
  r.until([&] { return ended; });
  CHECK(end.code == errc::connection_lost);
  CHECK(end.detail.ends_with("certificates changed"));
  CHECK(r.server.connections == 3);
}
