#include "test/support/memory_api/http_session.hpp"

#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/wire.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <fmt/format.h>

#include <array>

namespace berth::memory_api {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

namespace {

constexpr std::size_t body_limit = 3 * 1024 * 1024;
constexpr std::uint32_t header_limit = 64 * 1024;

using message = http::request<http::string_body>;
using response = http::response<http::string_body>;

template <class Field>
std::string text_of(const message& m, Field field) {
  const auto value = m[field];
  return {value.data(), value.size()};
}

class session final : public http_session {
 public:
  explicit session(tcp::socket socket) : socket_(std::move(socket)) { socket_.set_option(tcp::no_delay(true)); }

  awaitable<std::optional<request>> read() override {
    http::request_parser<http::string_body> parser;
    parser.body_limit(body_limit);
    parser.header_limit(header_limit);
    boost::system::error_code error;
    co_await http::async_read(socket_, buffer_, parser, asio::redirect_error(use_awaitable, error));
    if (error == http::error::body_limit) co_await refuse_body();
    if (error) co_return std::nullopt;
    message m = parser.release();
    keep_alive_ = m.keep_alive();
    accept_encoding_ = text_of(m, http::field::accept_encoding);
    co_return request{std::string(m.method_string()), std::string(m.target()), text_of(m, http::field::accept),
                      text_of(m, http::field::content_type), std::move(m.body())};
  }

  bool keeps_alive() const override { return keep_alive_; }

  awaitable<void> write(answer a) override {
    response r = to_response(std::move(a));
    co_await http::async_write(socket_, r, use_awaitable);
  }

  awaitable<void> write_half(answer a) override {
    response r = to_response(std::move(a));
    http::response_serializer<http::string_body> head(r);
    co_await http::async_write_header(socket_, head, use_awaitable);
    co_await asio::async_write(socket_, asio::buffer(r.body().data(), r.body().size() / 2), use_awaitable);
  }

  awaitable<void> begin_stream() override {
    return send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-cache, private\r\nTransfer-Encoding: "
        "chunked\r\n\r\n");
  }
  awaitable<void> write_chunk(std::string text) override {
    return send(fmt::format("{:x}\r\n{}\r\n", text.size(), text));
  }
  awaitable<void> end_stream() override { return send("0\r\n\r\n"); }

  awaitable<void> wait_for_peer() override {
    boost::system::error_code ended;
    co_await socket_.async_wait(tcp::socket::wait_read, asio::redirect_error(use_awaitable, ended));
  }

  void close() noexcept override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  awaitable<void> send(std::string text) { co_await asio::async_write(socket_, asio::buffer(text), use_awaitable); }

  /// Reads on after the answer: a peer that is still sending would lose it to the reset of the connection.
  awaitable<void> refuse_body() {
    keep_alive_ = false;
    answer a;
    a.status = 413;
    a.body = refusal(413, "RequestEntityTooLarge", fmt::format("limit is {}", body_limit)).status().text();
    co_await write(std::move(a));
    socket_.shutdown(tcp::socket::shutdown_send);
    std::array<char, 65536> unread;
    boost::system::error_code ended;
    while (!ended) co_await socket_.async_read_some(asio::buffer(unread), asio::redirect_error(use_awaitable, ended));
  }

  response to_response(answer a) const {
    response r(static_cast<http::status>(a.status), 11);
    r.set(http::field::content_type, a.content_type);
    r.set(http::field::cache_control, "no-cache, private");
    if (a.retry_after >= 0) r.set(http::field::retry_after, std::to_string(a.retry_after));
    if (auto packed = gzipped(accept_encoding_, a.body)) {
      a.body = std::move(*packed);
      r.set(http::field::content_encoding, "gzip");
    }
    r.keep_alive(keep_alive_);
    r.body() = std::move(a.body);
    r.prepare_payload();
    return r;
  }

  tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  bool keep_alive_ = true;
  std::string accept_encoding_;
};

}  // namespace

std::unique_ptr<http_session> make_http_session(tcp::socket socket) {
  return std::make_unique<session>(std::move(socket));
}

}  // namespace berth::memory_api
