#include "controller/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <stdexcept>

namespace berth::controller {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr std::size_t max_connections = 64;
constexpr std::uint32_t max_header = 16 * 1024;
constexpr std::chrono::seconds request_time{10};
constexpr std::chrono::seconds idle_time{60};

[[noreturn]] void cannot_listen(const std::string& address, const std::string& why) {
  throw std::runtime_error(fmt::format("cannot listen on {}: {}", address, why));
}

tcp::endpoint parse_address(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) cannot_listen(address, "not of the form host:port");
  const std::string_view digits = std::string_view(address).substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || code != std::errc{} || end != digits.data() + digits.size())
    cannot_listen(address, "the port is not a number from 0 to 65535");
  std::string host = address.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host.empty()) return {tcp::v6(), port};
  if (host == "localhost") host = "127.0.0.1";
  boost::system::error_code bad;
  const auto ip = asio::ip::make_address(host, bad);
  if (bad) cannot_listen(address, "the host is not an IP address");
  return {ip, port};
}

tcp::acceptor listen_on(const asio::any_io_executor& strand, const std::string& address) {
  tcp::endpoint where = parse_address(address);
  tcp::acceptor acceptor(strand);
  boost::system::error_code failed;
  acceptor.open(where.protocol(), failed);
  if (failed && where.address().is_unspecified()) {  // a machine without IPv6
    where = {tcp::v4(), where.port()};
    acceptor.open(where.protocol(), failed);
  }
  if (!failed && where.address().is_v6() && where.address().is_unspecified())
    acceptor.set_option(asio::ip::v6_only(false), failed);
  if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor.bind(where, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) cannot_listen(address, failed.message());
  return acceptor;
}

http::response<http::string_body> respond(const http::request<http::empty_body>& request,
                                          const http_server::handler& answer) {
  http::response<http::string_body> response;
  response.version(request.version());
  response.set(http::field::cache_control, "no-cache, private");
  response.set("X-Content-Type-Options", "nosniff");
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    response.result(http::status::method_not_allowed);
    response.set(http::field::allow, "GET, HEAD");
  } else {
    http_answer a = answer(std::string_view(request.target().data(), request.target().size()));
    response.result(a.status);
    response.set(http::field::content_type, a.content_type);
    response.body() = std::move(a.body);
  }
  response.keep_alive(request.keep_alive());
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();  // the length stays
  return response;
}

// A connection that is open, for as long as it is.
class counted {
 public:
  explicit counted(std::size_t& of) : of_(of) { ++of_; }
  ~counted() { --of_; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;

 private:
  std::size_t& of_;
};

// Ends when the peer goes, errs or dawdles; none of it is worth a log line.
k8s::task<void> converse(tcp::socket socket, const http_server::handler& answer, std::size_t& open) {
  const counted one(open);
  constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(max_header);
  for (bool keep = true; keep;) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(max_header);
    stream.expires_after(buffer.size() == 0 ? idle_time : request_time);
    const auto [unread, got] = co_await http::async_read_header(stream, buffer, parser, no_throw);
    if (unread) break;
    http::response<http::string_body> response = respond(parser.get(), answer);
    if (!parser.is_done()) response.keep_alive(false);  // a body, which nobody reads
    keep = response.keep_alive();
    stream.expires_after(request_time);
    http::response_serializer<http::string_body> out(response);
    const auto [unsent, sent] = co_await http::async_write(stream, out, no_throw);
    if (unsent) break;
  }
  boost::system::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace

struct http_server::listener {
  tcp::acceptor acceptor;
  handler answer;
  std::size_t open = 0;
};

http_server::http_server(asio::any_io_executor strand, const std::string& address, handler answer)
    : listener_(new listener{listen_on(strand, address), std::move(answer)}) {}

http_server::~http_server() = default;

std::uint16_t http_server::port() const { return listener_->acceptor.local_endpoint().port(); }

k8s::task<void> http_server::run(task_group& group) {
  constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
  for (;;) {
    auto [failed, socket] = co_await listener_->acceptor.async_accept(no_throw);
    if (failed) {
      // Out of descriptors, most likely: the connection stays in the backlog. A cancelled server unwinds here.
      asio::steady_timer pause(listener_->acceptor.get_executor(), std::chrono::milliseconds(100));
      co_await pause.async_wait(no_throw);
      continue;
    }
    if (listener_->open >= max_connections) continue;  // the socket closes itself
    group.spawn("http connection", converse(std::move(socket), listener_->answer, listener_->open));
  }
}

}  // namespace berth::controller
