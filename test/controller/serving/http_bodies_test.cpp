#include "controller/serving/http_server.hpp"
#include "controller/serving/server_tls.hpp"
#include "test/k8s/certificates.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

using namespace berth::controller;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

berth::k8s::task<http_answer> echo(http_request request) {
  if (request.path() == "/throw") throw std::runtime_error("no good");
  co_return http_answer{200, request.method + " " + request.target + " " + request.body};
}

/// A server with bodies, its connections on a thread of their own, for as long as this lives.
class body_server {
 public:
  explicit body_server(http_limits limits = {.body_bytes = 1000}, std::shared_ptr<asio::ssl::context> tls = nullptr)
      : strand_(asio::make_strand(io_)),
        group_(strand_),
        server_(strand_, io_.get_executor(), "127.0.0.1:0", limits, std::move(tls), echo) {
    group_.spawn("server", server_.run(group_));
    for (std::thread& t : threads_) t = std::thread([this] { io_.run(); });
  }
  ~body_server() {
    asio::post(strand_, [this] { group_.stop(); });
    for (std::thread& t : threads_) t.join();
  }
  std::uint16_t port() const { return server_.port(); }
  void renew(std::shared_ptr<asio::ssl::context> tls) {
    std::promise<void> done;
    asio::post(strand_, [&] {
      server_.renew(std::move(tls));
      done.set_value();
    });
    done.get_future().wait();
  }
  void close() {
    asio::post(strand_, [this] { server_.close(); });
  }

 private:
  asio::io_context io_;
  asio::strand<asio::io_context::executor_type> strand_;
  task_group group_;
  http_server server_;
  std::thread threads_[2];
};

class visitor {
 public:
  explicit visitor(const body_server& of) : socket_(io_) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), of.port()});
  }
  visitor& say(const std::string& bytes) {
    boost::system::error_code end;
    asio::write(socket_, asio::buffer(bytes), end);
    return *this;
  }
  /// As often as asked, but never waiting for the other side to take it.
  void say_until_full(const std::string& bytes, int times) {
    socket_.non_blocking(true);
    boost::system::error_code full;
    for (int i = 0; i < times && !full; ++i) asio::write(socket_, asio::buffer(bytes), full);
  }
  visitor& leave() {
    socket_.shutdown(tcp::socket::shutdown_send);
    return *this;
  }
  /// What comes back until the server closes the connection.
  std::string rest() {
    boost::system::error_code end;
    std::string answer;
    asio::read(socket_, asio::dynamic_buffer(answer), end);
    return answer;
  }
  /// Exactly so many bytes.
  std::string next(std::size_t bytes) {
    std::string answer(bytes, '\0');
    boost::system::error_code end;
    answer.resize(asio::read(socket_, asio::buffer(answer), end));
    return answer;
  }

 private:
  asio::io_context io_;
  tcp::socket socket_;
};

std::string post(const std::string& body, const char* more = "Connection: close\r\n") {
  return "POST /echo?x HTTP/1.1\r\nHost: x\r\n" + std::string(more) + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

std::string answer_of(const body_server& server, const std::string& bytes) {
  return visitor(server).say(bytes).leave().rest();
}

bool works(const body_server& server) { return answer_of(server, post("fine")).ends_with("\r\n\r\nPOST /echo?x fine"); }

/// PEM files that go when this does.
class pem_files {
 public:
  pem_files() {
    std::string made = (std::filesystem::temp_directory_path() / "berth-pem-XXXXXX").string();
    REQUIRE(mkdtemp(made.data()) != nullptr);
    folder_ = made;
  }
  ~pem_files() { std::filesystem::remove_all(folder_); }
  std::string put(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace

TEST_CASE("http bodies: requests with bodies come one after another on one connection") {
  body_server server;
  const std::string both = answer_of(server, post("one", "") + post("two"));
  CHECK(both.find("POST /echo?x one") != std::string::npos);
  CHECK(both.ends_with("POST /echo?x two"));
  CHECK(answer_of(server,
                  "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                  "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            .ends_with("PUT / abcde"));
}

TEST_CASE("http bodies: one that is too large is answered 413, and the next request works") {
  body_server server;
  CHECK(answer_of(server, post(std::string(1001, 'x'))).find("HTTP/1.1 413") == 0);
  CHECK(answer_of(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 209715200\r\n\r\nx").find("413") == 9);
  const std::string much = std::string(2000, 'x');
  CHECK(answer_of(server,
                  "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + much + "\r\n0\r\n\r\n")
            .find("HTTP/1.1 413") == 0);
  CHECK(works(server));
  CHECK(answer_of(server, post(std::string(1000, 'x'))).find("HTTP/1.1 200") == 0);
}

TEST_CASE("http bodies: more bytes at once than the memory set aside for them are answered 503") {
  body_server server({.body_bytes = 1000, .bodies_bytes = 500});
  CHECK(answer_of(server, post(std::string(501, 'x'))).find("HTTP/1.1 503") == 0);
  CHECK(works(server));
}

TEST_CASE("http bodies: garbage or half a body ends the connection, and the next request works") {
  body_server server;
  CHECK(answer_of(server, "\x16\x03\x01 no http\r\n\r\n").empty());
  CHECK(answer_of(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf").empty());
  CHECK(answer_of(server, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").empty());
  CHECK(answer_of(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n").empty());
  CHECK(works(server));
}

TEST_CASE("http bodies: a sender that dawdles is cut off") {
  using std::chrono::seconds;
  body_server slow_body({.body_bytes = 1000, .body_time = seconds(0)});
  CHECK(visitor(slow_body).say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf").rest().empty());
  body_server slow_header({.body_bytes = 1000, .idle_time = seconds(0)});
  CHECK(visitor(slow_header).say("POST / HT").rest().empty());
}

TEST_CASE("http bodies: connections that say nothing make room for one that does") {
  body_server server({.connections = 3, .body_bytes = 1000});
  std::vector<std::unique_ptr<visitor>> silent;
  for (int i = 0; i < 20; ++i) silent.push_back(std::make_unique<visitor>(server));
  CHECK(works(server));
  CHECK(silent.front()->rest().empty());
}

TEST_CASE("http bodies: 100-continue is granted, an exception is a 500") {
  body_server server;
  visitor careful(server);
  careful.say("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n");
  CHECK(careful.next(25) == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(careful.say("ok").rest().ends_with("POST / ok"));
  CHECK(answer_of(server, "GET /throw HTTP/1.0\r\n\r\n").find("500 Internal Server Error") != std::string::npos);
}

TEST_CASE("http bodies: a server that is closed hangs up on those who wait, and takes no one in") {
  body_server server;
  visitor waits(server);
  waits.say(post("x", ""));
  CHECK(waits.next(12) == "HTTP/1.1 200");
  server.close();
  CHECK(waits.rest().ends_with("POST /echo?x x"));
}

TEST_CASE("http over TLS: a client certificate of the authority is asked for where one is named") {
  const berth::test::test_authority ours("ours");
  const berth::test::test_authority theirs("theirs");
  const auto own = ours.issue("berth", "IP:127.0.0.1");
  const auto client = ours.issue("kube-scheduler", "DNS:client");
  const auto stranger = theirs.issue("stranger", "DNS:client");
  const pem_files files;
  const server_tls_files with_clients{files.put("tls.crt", own.certificate), files.put("tls.key", own.key),
                                      files.put("ca.crt", ours.certificate())};
  body_server server({.body_bytes = 1000}, make_server_tls(with_clients));

  const auto ask = [&](const berth::test::certificate_and_key* shown) {
    asio::io_context io;
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.add_certificate_authority(asio::buffer(ours.certificate()));
    context.set_verify_mode(asio::ssl::verify_peer);
    if (shown != nullptr) {
      context.use_certificate_chain(asio::buffer(shown->certificate));
      context.use_private_key(asio::buffer(shown->key), asio::ssl::context::pem);
    }
    asio::ssl::stream<tcp::socket> stream(io, context);
    stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), server.port()});
    std::string answer;
    boost::system::error_code end;
    stream.handshake(asio::ssl::stream_base::client, end);
    if (!end) asio::write(stream, asio::buffer(post("secret")), end);
    if (!end) asio::read(stream, asio::dynamic_buffer(answer), end);
    return answer;
  };
  CHECK(ask(&client).ends_with("POST /echo?x secret"));
  CHECK(ask(nullptr).empty());
  CHECK(ask(&stranger).empty());
  CHECK(answer_of(server, post("in plain")).empty());
  CHECK(ask(&client).ends_with("POST /echo?x secret"));

  const auto before = times_of(with_clients);
  CHECK(times_of(with_clients) == before);
  CHECK(times_of({"/nowhere", "", ""}) == std::array<std::filesystem::file_time_type, 3>{});
  const berth::test::test_authority next("next");
  server.renew(
      make_server_tls({with_clients.certificate, with_clients.key, files.put("next.crt", next.certificate())}));
  CHECK(ask(&client).empty());
  const auto renewed = next.issue("kube-scheduler", "DNS:client");
  CHECK(ask(&renewed).ends_with("POST /echo?x secret"));
}

TEST_CASE("http over TLS: what is wrong with the files is said, by file or flag") {
  const berth::test::test_authority ours("ours");
  const auto own = ours.issue("berth", "IP:127.0.0.1");
  const auto other = ours.issue("other", "IP:127.0.0.1");
  const pem_files files;
  const std::string certificate = files.put("tls.crt", own.certificate);
  const std::string key = files.put("tls.key", own.key);
  const std::string garbage = files.put("garbage", "no PEM");
  const auto complaint = [](const server_tls_files& f) -> std::string {
    try {
      make_server_tls(f);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "";
  };
  CHECK(complaint({certificate, key, ""}).empty());
  CHECK(complaint({"", key, ""}).starts_with("--tls-cert-file is missing"));
  CHECK(complaint({certificate, "", ""}).starts_with("--tls-private-key-file is missing"));
  CHECK(complaint({garbage, key, ""}) == "--tls-cert-file: " + garbage + ": holds no valid PEM certificate");
  CHECK(complaint({certificate, garbage, ""})
            .starts_with("--tls-private-key-file: " + garbage + ": holds no valid PEM private key"));
  CHECK(complaint({certificate, files.put("locked", berth::test::locked(own.key, "p")), ""})
            .find("locked: holds no valid PEM private key") != std::string::npos);
  CHECK(complaint({certificate, files.put("other", other.key), ""}).find("belong") != std::string::npos);
  CHECK(complaint({certificate, key, "/nowhere"}) == "--client-ca-file: /nowhere: no such file");
}

TEST_CASE("http over TLS: what is odd beside the certificates and the key is passed over") {
  const berth::test::test_authority ours("ours");
  const auto own = ours.issue("berth", "IP:127.0.0.1");
  const pem_files files;
  const std::string odd = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const std::string parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  const std::string chain = files.put("chain", "subject=CN = berth\r\n" + own.certificate + odd + ours.certificate());
  const std::string key = files.put("key", parameters + own.key);
  const std::string both = files.put("both", own.key + own.certificate);
  const std::string bundle = files.put("bundle", odd + ours.certificate());
  CHECK_NOTHROW(make_server_tls({chain, key, bundle}));
  CHECK_NOTHROW(make_server_tls({both, both, bundle}));
  CHECK_THROWS(make_server_tls({files.put("odd first", odd + own.certificate), key, ""}));
}

TEST_CASE("http bodies: peers that send request after request and never read keep no one out") {
  body_server server({.connections = 4, .body_bytes = 1 << 20});
  const std::string large = post(std::string(1 << 20, 'x'), "");
  std::vector<std::unique_ptr<visitor>> deaf;
  for (int i = 0; i < 4; ++i) {
    deaf.push_back(std::make_unique<visitor>(server));
    deaf.back()->say_until_full(large, 64);
  }
  CHECK(works(server));
}
