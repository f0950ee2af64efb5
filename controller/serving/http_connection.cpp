#include "controller/serving/http_connection.hpp"

#include "k8s/text/ascii.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <optional>

namespace berth::controller {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp_stream = beast::tcp_stream;
using tls_stream = asio::ssl::stream<beast::tcp_stream>;
using parser = http::request_parser<http::string_body>;
using response = http::response<http::string_body>;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = 64 * 1024;
/// How long the rest of a refused body is read and dropped, so that the answer reaches a peer that still sends.
constexpr std::chrono::seconds parting_time{1};

class counted {
 public:
  explicit counted(std::atomic<std::size_t>& of) : of_(of) { ++of_; }
  ~counted() { --of_; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;

 private:
  std::atomic<std::size_t>& of_;
};

response make_response(const http_answer& a, unsigned version) {
  response out;
  out.version(version);
  out.set(http::field::cache_control, "no-cache, private");
  out.set("X-Content-Type-Options", "nosniff");
  out.result(a.status);
  if (!a.allow.empty()) out.set(http::field::allow, a.allow);
  if (!a.body.empty()) out.set(http::field::content_type, a.content_type);
  return out;
}

/// The answer where the body cannot be read; nothing where it was, or need not be; a closed connection as an error.
struct body_outcome {
  bool lost = false;
  std::optional<http_answer> refusal;
};

http_answer too_large(std::size_t limit) {
  return {.status = 413, .body = "the body is larger than " + std::to_string(limit) + " bytes\n"};
}

template <class Stream>
k8s::task<body_outcome> read_body(Stream& stream, beast::flat_buffer& buffer, parser& p, const http_service& service,
                                  body_ledger::share& share) {
  body_outcome out;
  const http_limits& limits = service.limits;
  if (p.is_done() || limits.body_bytes == 0) co_return out;
  const auto claimed = p.content_length();
  if (claimed && *claimed > limits.body_bytes) {
    out.refusal = too_large(limits.body_bytes);
    co_return out;
  }
  beast::get_lowest_layer(stream).expires_after(limits.body_time);
  if (beast::iequals(p.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on(http::status::continue_, p.get().version());
    const auto [unsent, sent] = co_await http::async_write(stream, go_on, no_throw);
    out.lost = bool(unsent);
  }
  while (!out.lost && !p.is_done()) {
    const auto [unread, got] = co_await http::async_read_some(stream, buffer, p, no_throw);
    if (unread) {
      out.lost = true;
    } else if (p.get().body().size() > limits.body_bytes) {
      out.refusal = too_large(limits.body_bytes);
      co_return out;
    } else if (!share.grow_to(p.get().body().size())) {
      out.refusal = http_answer{.status = 503, .body = "too many bytes are being sent at once\n"};
      co_return out;
    }
  }
  co_return out;
}

std::vector<std::pair<std::string, std::string>> headers_of(const parser& p) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& field : p.get()) {
    out.emplace_back(k8s::to_lower(std::string(field.name_string())), field.value());
  }
  return out;
}

k8s::task<http_answer> ask(const http_handler& handler, http_request request) {
  try {
    co_return co_await handler(std::move(request));
  } catch (const std::exception& e) {
    co_return http_answer{.status = 500, .body = std::string("internal error: ") + e.what() + "\n"};
  }
}

}  // namespace

struct http_connection::streams {
  streams(asio::ip::tcp::socket socket, const std::shared_ptr<asio::ssl::context>& context) : tls(context) {
    if (tls)
      encrypted.emplace(std::move(socket), *tls);
    else
      plain.emplace(std::move(socket));
  }
  tcp_stream& lowest() { return plain ? *plain : encrypted->next_layer(); }

  std::shared_ptr<asio::ssl::context> tls;
  std::optional<tcp_stream> plain;
  std::optional<tls_stream> encrypted;
};

http_connection::http_connection(asio::ip::tcp::socket socket, http_service& service)
    : streams_(std::make_unique<streams>(std::move(socket), service.tls)), service_(service) {}

http_connection::~http_connection() = default;

asio::any_io_executor http_connection::executor() const { return streams_->lowest().get_executor(); }

void http_connection::hang_up() {
  asio::dispatch(executor(), [self = shared_from_this()] {
    self->hung_up_ = true;
    if (self->state_ != state::answering) self->streams_->lowest().close();
  });
}

k8s::task<void> http_connection::serve() {
  if (streams_->plain) {
    co_await converse(*streams_->plain);
    co_return;
  }
  tls_stream& stream = *streams_->encrypted;
  stream.next_layer().expires_after(service_.limits.request_time);
  const auto [refused] = co_await stream.async_handshake(asio::ssl::stream_base::server, no_throw);
  if (refused) co_return;
  certificates_ = shown_by(stream.native_handle());
  co_await converse(stream);
  stream.next_layer().expires_after(parting_time);
  const auto [unclean] = co_await stream.async_shutdown(no_throw);
  static_cast<void>(unclean);  // the connection ends in any case
}

template <class Stream>
k8s::task<void> http_connection::converse(Stream& stream) {
  const http_limits& limits = service_.limits;
  tcp_stream& socket = beast::get_lowest_layer(stream);
  beast::flat_buffer buffer(limits.header_bytes + read_bytes);
  bool keep = true;
  while (keep && !hung_up_) {
    parser p;
    p.header_limit(limits.header_bytes);
    p.body_limit(boost::none);
    socket.expires_after(buffer.size() == 0 ? limits.idle_time : limits.request_time);
    const auto [unread, got] = co_await http::async_read_header(stream, buffer, p, no_throw);
    if (unread) break;
    body_ledger::share share(service_.bodies, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->hang_up();
    });
    body_outcome body = co_await read_body(stream, buffer, p, service_, share);
    if (body.lost || hung_up_) break;
    share.complete();

    state_ = state::answering;
    const counted one(service_.answering);
    const unsigned version = p.get().version();
    const bool head = p.get().method() == http::verb::head;
    keep = p.is_done() && p.keep_alive();
    http_answer a;
    if (body.refusal) {
      a = std::move(*body.refusal);
    } else {
      http_request request{std::string(p.get().method_string()), std::string(p.get().target()),
                           std::move(p.get().body()), headers_of(p), certificates_};
      a = co_await ask(service_.answer, std::move(request));
    }
    response out = make_response(a, version);
    out.body() = std::move(a.body);
    keep = keep && !service_.closing;
    out.keep_alive(keep);
    out.prepare_payload();
    if (head) out.body().clear();  // the length stays
    socket.expires_after(limits.request_time);
    http::response_serializer<http::string_body> writer(out);
    state_ = state::writing;
    const auto [unsent, sent] = co_await http::async_write(stream, writer, no_throw);
    state_ = state::reading;
    if (unsent) co_return;
    if (!p.is_done()) {
      boost::system::error_code ignored;
      socket.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
      socket.expires_after(parting_time);
      for (bool more = true; more;) {
        buffer.clear();
        const auto [ended, bytes] = co_await socket.async_read_some(buffer.prepare(read_bytes), no_throw);
        more = !ended;
      }
    }
  }
  boost::system::error_code ignored;
  socket.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace berth::controller
