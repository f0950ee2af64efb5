#include "test/k8s/scripted_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <openssl/x509.h>

#include <algorithm>
#include <cctype>

namespace berth::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto outcome = asio::as_tuple(asio::use_awaitable);

std::size_t content_length(std::string head) {
  std::transform(head.begin(), head.end(), head.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto at = head.find("content-length:");
  return at == head.npos ? 0 : std::stoul(head.substr(at + 15));
}

}  // namespace

step answer(const std::string& status, const std::string& body, const std::string& more) {
  return send("HTTP/1.1 " + status + "\r\n" + more + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
              body);
}

step chunk(const std::string& text) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", text.size());
  return send(size + text + "\r\n");
}

scripted_server::scripted_server(asio::io_context& io, std::optional<certificate_and_key> tls,
                                 std::string client_authority, bool v6)
    : io_(io),
      acceptor_(io, v6 ? tcp::endpoint(asio::ip::address_v6::loopback(), 0)
                       : tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()),
      v6_(v6),
      client_authority_(std::move(client_authority)),
      tls_at_once_(tls.has_value()) {
  if (tls) show(*tls);
  asio::co_spawn(io_, accept(), asio::detached);
}

void scripted_server::show(const certificate_and_key& tls) {
  tls_ = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  tls_->use_certificate_chain(asio::buffer(tls.certificate));
  tls_->use_private_key(asio::buffer(tls.key), asio::ssl::context::pem);
  if (client_authority_.empty()) return;
  tls_->add_certificate_authority(asio::buffer(client_authority_));
  tls_->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
}

void scripted_server::speak_at_most_tls_1_1() {
  SSL_CTX_set_security_level(tls_->native_handle(), 0);  // else OpenSSL has no cipher for it
  SSL_CTX_set_max_proto_version(tls_->native_handle(), TLS1_1_VERSION);
}

void scripted_server::stop_listening() { acceptor_.close(); }

std::string scripted_server::authority() const { return (v6_ ? "[::1]:" : "127.0.0.1:") + std::to_string(port_); }

asio::awaitable<void> scripted_server::accept() {
  for (;;) {
    auto [problem, socket] = co_await acceptor_.async_accept(outcome);
    if (problem) co_return;
    ++connections;
    auto script = always_;
    if (!scripts_.empty()) {
      script = std::move(scripts_.front());
      scripts_.pop_front();
    }
    if (script.empty()) continue;
    asio::co_spawn(io_, serve(std::move(socket), std::move(script)), asio::detached);
  }
}

asio::awaitable<void> scripted_server::serve(tcp::socket socket, std::vector<step> script) {
  std::size_t at = 0;
  if (!tls_at_once_) at = co_await perform(socket, socket, script, 0);
  if (!tls_at_once_ && at == script.size()) co_return;
  const auto context = tls_;
  asio::ssl::stream<tcp::socket&> tls(socket, *context);
  const auto [failed] = co_await tls.async_handshake(asio::ssl::stream_base::server, outcome);
  if (failed) co_return;
  if (X509* shown = SSL_get1_peer_certificate(tls.native_handle())) {
    char name[200];
    X509_NAME_oneline(X509_get_subject_name(shown), name, sizeof name);
    client_name = name;
    X509_free(shown);
  }
  at = co_await perform(tls, socket, script, at);
  const bool in_order =
      script.empty() || (script.back().what != step::kind::cut && script.back().what != step::kind::reset);
  if (in_order) co_await tls.async_shutdown(outcome);
}

template <class Stream>
asio::awaitable<std::size_t> scripted_server::perform(Stream& stream, tcp::socket& socket, std::vector<step>& script,
                                                      std::size_t from) {
  for (std::size_t i = from; i < script.size(); ++i) {
    switch (script[i].what) {
      case step::kind::request: {
        std::string text;
        const auto [problem, head] =
            co_await asio::async_read_until(stream, asio::dynamic_buffer(text), "\r\n\r\n", outcome);
        if (problem) co_return script.size();
        const auto whole = head + content_length(text.substr(0, head));
        const auto had = text.size();
        if (had < whole) {
          text.resize(whole);
          co_await asio::async_read(stream, asio::buffer(text.data() + had, whole - had), outcome);
        }
        requests.push_back(std::move(text));
        break;
      }
      case step::kind::send:
        co_await asio::async_write(stream, asio::buffer(script[i].text), outcome);
        break;
      case step::kind::hold: {
        char byte = 0;
        co_await stream.async_read_some(asio::buffer(&byte, 1), outcome);
        break;
      }
      case step::kind::reset:
        socket.set_option(asio::socket_base::linger(true, 0));
        [[fallthrough]];
      case step::kind::cut:
        socket.close();
        co_return script.size();
      case step::kind::tunnel:
        co_return i + 1;
    }
  }
  co_return script.size();
}

}  // namespace berth::test
