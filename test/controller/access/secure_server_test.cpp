#include "controller/access/secure_server.hpp"
#include "controller/runtime/clock.hpp"
#include "test/k8s/certificates.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace berth;
using namespace berth::controller;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// A folder for files, for as long as this lives.
class folder {
 public:
  folder() {
    char name[] = "/tmp/berth-test-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~folder() { std::filesystem::remove_all(path_); }
  std::string put(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name) << text;
    return path_ + "/" + name;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

k8s::connection_settings nowhere() {
  k8s::connection_settings out;
  out.server = k8s::parse_server_url("http://127.0.0.1:1", "test");
  return out;
}

/// A server whose API server is not there, in threads of its own.
class running {
 public:
  explicit running(serving_options options)
      : strand_(asio::make_strand(io_)),
        tasks_(strand_),
        server_(with_port(std::move(options)), nowhere(), {strand_, io_.get_executor(), clock_, lines_, "host", "test"},
                [](http_request) -> k8s::task<http_answer> { co_return http_answer{.body = "in"}; }) {
    server_.start(tasks_);
    asio::co_spawn(strand_, tasks_.join(), [this](std::exception_ptr) { io_.stop(); });
    for (std::thread& t : threads_) t = std::thread([this] { io_.run(); });
  }
  ~running() {
    asio::post(strand_, [this] { tasks_.stop(); });
    for (std::thread& t : threads_) t.join();
  }

  /// The first line of the answer; "" where none came.
  std::string ask(const std::string& path, const test::certificate_and_key* shown = nullptr,
                  int highest = TLS1_3_VERSION) {
    asio::io_context mine;
    asio::ssl::context context(asio::ssl::context::tls_client);
    SSL_CTX_set_security_level(context.native_handle(), 0);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.native_handle(), highest);
    if (shown != nullptr) {
      context.use_certificate_chain(asio::buffer(shown->certificate));
      context.use_private_key(asio::buffer(shown->key), asio::ssl::context::pem);
    }
    asio::ssl::stream<tcp::socket> stream(mine, context);
    stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), server_.port()});
    boost::system::error_code end;
    std::string answer;
    stream.handshake(asio::ssl::stream_base::client, end);
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    if (!end) asio::write(stream, asio::buffer(request), end);
    if (!end) asio::read(stream, asio::dynamic_buffer(answer), end);
    return answer.substr(0, answer.find('\r'));
  }

 private:
  static serving_options with_port(serving_options o) {
    o.bind_address = "127.0.0.1";
    o.secure_port = 0;  // a free one
    o.skip_lookup = true;
    return o;
  }

  asio::io_context io_;
  machine_clock clock_;
  controller::log lines_{log_format::text, 0};
  asio::strand<asio::io_context::executor_type> strand_;
  task_group tasks_;
  secure_server server_;
  std::thread threads_[2];
};

}  // namespace

TEST_CASE("secure server: health for everybody over a certificate of its own making, TLS 1.2 at least") {
  running server{serving_options{}};
  CHECK(server.ask("/livez") == "HTTP/1.1 200 OK");
  CHECK(server.ask("/livez", nullptr, TLS1_2_VERSION) == "HTTP/1.1 200 OK");
  CHECK(server.ask("/livez", nullptr, TLS1_1_VERSION).empty());
  // Nobody can say who may: the API server is not there.
  CHECK(server.ask("/metrics") == "HTTP/1.1 500 Internal Server Error");
  serving_options newest;
  newest.at_least_1_3 = true;
  running strict{newest};
  CHECK(strict.ask("/livez") == "HTTP/1.1 200 OK");
  CHECK(strict.ask("/livez", nullptr, TLS1_2_VERSION).empty());
}

TEST_CASE("secure server: a certificate counts where --client-ca-file has issued it, and is refused elsewhere") {
  const folder files;
  const test::test_authority ours("ours"), theirs("theirs");
  const auto own = ours.issue("berth", "IP:127.0.0.1");
  serving_options o;
  o.certificate = files.put("own.crt", own.certificate);
  o.key = files.put("own.key", own.key);
  o.client_authority = files.put("ca.crt", ours.certificate());
  running server{o};
  const auto jane = ours.issue("jane", "DNS:x"), stranger = theirs.issue("jane", "DNS:x");
  CHECK(server.ask("/livez", &jane) == "HTTP/1.1 200 OK");
  CHECK(server.ask("/livez", &stranger) == "HTTP/1.1 401 Unauthorized");
  CHECK(server.ask("/livez") == "HTTP/1.1 200 OK");
}

TEST_CASE("secure server: a certificate made in --cert-dir is found there again, and its key is for nobody else") {
  const folder files;
  serving_options o;
  o.cert_dir = files.path() + "/made";
  const serving_certificate first(o, "host"), second(o, "host");
  CHECK(first.files().certificate == files.path() + "/made/kube-scheduler.crt");
  CHECK(times_of(first.files()) == times_of(second.files()));
  CHECK(second.load());
  struct stat key {};
  REQUIRE(stat(first.files().key.c_str(), &key) == 0);
  CHECK((key.st_mode & 0777) == 0600);
}

TEST_CASE("secure server: what is wrong with the files is said, by file or flag") {
  const folder files;
  const auto wrong = [](const serving_options& o) -> std::string {
    try {
      serving_certificate(o, "host").load();
      trust_source(o).current();
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "nothing";
  };
  serving_options o;
  CHECK(wrong(o) == "nothing");
  o.certificate = files.put("a.crt", "no certificate");
  CHECK(wrong(o) == "--tls-private-key-file is missing: --tls-cert-file needs it");
  o.key = "/nowhere.key";
  CHECK(wrong(o).starts_with("--tls-private-key-file: "));
  o.key = files.put("a.key", "no key");
  CHECK(wrong(o) == "--tls-cert-file: " + o.certificate + ": holds no valid PEM certificate");
  serving_options p;
  p.client_authority = files.put("ca.crt", "nothing");
  CHECK(wrong(p) == "--client-ca-file: " + p.client_authority + ": holds no valid PEM certificate");
  p.client_authority.clear();
  p.proxy_authority = "/nowhere.crt";
  CHECK(wrong(p).starts_with("--requestheader-client-ca-file: "));
}
