#include "k8s/http/connection.hpp"

#include "k8s/http/response_reader.hpp"
#include "k8s/text/base64.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

namespace berth::k8s {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto outcome = asio::as_tuple(asio::use_awaitable);

void tune(tcp::socket& socket) {
  const int fd = socket.native_handle();
  const auto set = [fd](int level, int option, int value) { ::setsockopt(fd, level, option, &value, sizeof value); };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
  // A credential plugin must not inherit it.
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// A share of the time that is left, at least two seconds of it: Go's rule for a list of addresses.
clock::time_point share_of(clock::time_point deadline, std::size_t addresses_left) {
  const auto now = std::chrono::steady_clock::now();
  if (addresses_left <= 1 || deadline <= now) return deadline;
  const auto share = std::max<clock::duration>((deadline - now) / static_cast<clock::duration::rep>(addresses_left),
                                               std::chrono::seconds(2));
  return std::min(deadline, now + share);
}

struct discard final : body_sink {
  bool body(const response_head&, std::string_view) override { return false; }
};

}  // namespace

struct connection::state : std::enable_shared_from_this<connection::state> {
  explicit state(const asio::any_io_executor& strand) : socket(strand), timer(strand) {}

  tcp::socket socket;
  std::optional<ssl::stream<tcp::socket&>> tls;
  peer_refusal refusal;
  asio::steady_timer timer;
  clock::time_point deadline = clock::time_point::max();
  bool timer_runs = false;
  bool timed_out = false;
  std::string closed_because;

  void shut() {
    error_code ignored;
    socket.close(ignored);
  }

  void start_timer(clock::time_point when) {
    timer_runs = true;
    timer.expires_at(when);
    timer.async_wait([weak = weak_from_this()](const error_code& problem) {
      const auto self = weak.lock();
      if (self && !problem) self->timer_fired();
    });
  }

  void timer_fired() {
    timer_runs = false;
    if (deadline == clock::time_point::max()) return;
    if (std::chrono::steady_clock::now() < deadline) return start_timer(deadline);
    timed_out = true;
    shut();
  }

  /// Throws where the caller was cancelled: then none of our own reasons ended the operation.
  error failure(errc kind, const std::string& doing, const error_code& problem) {
    if (timed_out) return {kind == errc::unreachable ? kind : errc::timed_out, doing + ": timed out"};
    if (!closed_because.empty()) return {errc::connection_lost, closed_because};
    if (problem == asio::error::operation_aborted) throw boost::system::system_error(problem);
    if (!is_tls_failure(problem)) return {kind, doing + ": " + problem.message()};
    const bool nothing_was_read = kind == errc::unreachable || refuses_our_certificate(problem);
    return {nothing_was_read ? errc::tls_failure : kind, doing + ": " + describe_tls_failure(problem, refusal)};
  }

  task<result<void>> connect(std::string host, std::string port, clock::time_point until);
  task<result<void>> ask_proxy(endpoint where);
  task<result<void>> shake_hands(std::string name, std::shared_ptr<tls_context> context);

  template <class Stream>
  task<result<void>> write_all(Stream& stream, std::string_view bytes) {
    // Of what was not accepted even in part (over TLS: of which no record was complete) the peer can have read nothing.
    for (auto kind = errc::unreachable; !bytes.empty(); kind = errc::connection_lost) {
      const auto [problem, n] = co_await stream.async_write_some(asio::buffer(bytes), outcome);
      if (problem) co_return failure(kind, "write", problem);
      bytes.remove_prefix(n);
    }
    co_return result<void>();
  }

  template <class Stream>
  task<result<std::size_t>> read_from(Stream& stream, std::span<char> into) {
    const auto [problem, n] = co_await stream.async_read_some(asio::buffer(into.data(), into.size()), outcome);
    // Whether a body was complete is for its framing to say, so a missing close_notify ends the stream like any other
    // end.
    if (problem == asio::error::eof || problem == ssl::error::stream_truncated) co_return std::size_t{0};
    if (problem) co_return failure(errc::connection_lost, "read", problem);
    co_return n;
  }
};

connection::connection(asio::any_io_executor strand)
    : strand_(std::move(strand)), state_(std::make_shared<state>(strand_)) {}

connection::~connection() {
  // The timer may be firing on the strand at this moment.
  asio::post(strand_, [state = std::move(state_)] { state->shut(); });
}

task<result<void>> connection::open(endpoint where, std::shared_ptr<tls_context> tls, clock::time_point deadline) {
  const server_url first = where.proxy ? *where.proxy : where.server;
  auto& s = *state_;
  auto done = co_await s.connect(first.host, first.port, deadline);
  if (done && where.proxy && where.server.tls) done = co_await s.ask_proxy(where);
  if (done && tls) done = co_await s.shake_hands(where.tls_name, std::move(tls));
  co_return done;
}

task<result<void>> connection::state::connect(std::string host, std::string port, clock::time_point until) {
  std::vector<tcp::endpoint> addresses;
  error_code no_literal;
  const auto literal = asio::ip::make_address(host, no_literal);
  if (!no_literal) {
    addresses.emplace_back(literal, static_cast<unsigned short>(std::stoul(port)));
  } else {
    tcp::resolver resolver(socket.get_executor());
    const auto [problem, found] = co_await resolver.async_resolve(host, port, outcome);
    if (problem) co_return failure(errc::unreachable, "look up " + host, problem);
    for (const auto& one : found) addresses.push_back(one.endpoint());
  }
  error last{errc::unreachable, "look up " + host + ": no addresses"};
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto& address = addresses[i];
    error_code problem;
    socket.close(problem);
    timed_out = false;
    socket.open(address.protocol(), problem);
    if (!problem) {
      tune(socket);
      deadline = share_of(until, addresses.size() - i);
      if (!timer_runs || deadline < timer.expiry()) start_timer(deadline);
      std::tie(problem) = co_await socket.async_connect(address, outcome);
      if (!problem) {
        deadline = until;
        co_return result<void>();
      }
    }
    const bool v6 = address.address().is_v6();
    const auto text = address.address().to_string();
    last = failure(errc::unreachable, "connect to " + (v6 ? "[" + text + "]" : text) + ":" + port, problem);
  }
  co_return last;
}

task<result<void>> connection::state::ask_proxy(endpoint where) {
  const std::string doing = "proxy " + where.proxy->authority();
  const std::string server = where.server.authority();
  std::string request = "CONNECT " + server + " HTTP/1.1\r\nHost: " + server + "\r\n";
  if (!where.proxy->user_info.empty())
    request += "Proxy-Authorization: Basic " + encode_base64(where.proxy->user_info) + "\r\n";
  request += "\r\n";
  const auto sent = co_await write_all(socket, request);
  if (!sent) co_return error{errc::unreachable, doing + ": " + sent.error().detail};

  discard nothing;
  response_reader answer(4096, 16 * 1024);
  answer.begin(nothing, 0, true);
  while (!answer.done()) {
    const auto n = co_await read_from(socket, answer.space());
    if (!n) co_return error{errc::unreachable, doing + ": " + n.error().detail};
    const auto understood = *n == 0 ? answer.ended() : answer.received(*n);
    if (!understood) co_return error{errc::unreachable, doing + ": " + understood.error().detail};
  }
  const auto& head = answer.head();
  if (head.status / 100 != 2)
    co_return error{errc::unreachable, doing + ": it answered " + std::to_string(head.status) + " " + head.reason};
  co_return result<void>();
}

task<result<void>> connection::state::shake_hands(std::string name, std::shared_ptr<tls_context> context) {
  tls.emplace(socket, *context);
  if (!expect_peer(tls->native_handle(), name))
    co_return error{errc::tls_failure, "\"" + name + "\" cannot be the name of a server's certificate"};
  tls->set_verify_callback([this, name](bool fine, ssl::verify_context& at) {
    if (!fine) note_refusal(at.native_handle(), name, refusal);
    return fine;
  });
  const auto [problem] = co_await tls->async_handshake(ssl::stream_base::client, outcome);
  if (!problem) co_return result<void>();
  if (!refusal.reason.empty()) co_return error{errc::tls_failure, "TLS: " + refusal.reason};
  co_return failure(errc::unreachable, "TLS", problem);
}

task<result<void>> connection::write(std::string_view bytes) {
  if (state_->tls) co_return co_await state_->write_all(*state_->tls, bytes);
  co_return co_await state_->write_all(state_->socket, bytes);
}

task<result<std::size_t>> connection::read_some(std::span<char> into) {
  if (state_->tls) co_return co_await state_->read_from(*state_->tls, into);
  co_return co_await state_->read_from(state_->socket, into);
}

void connection::expires_at(clock::time_point deadline) {
  state_->deadline = deadline;
  if (deadline == clock::time_point::max()) return;
  if (!state_->timer_runs || deadline < state_->timer.expiry()) state_->start_timer(deadline);
}

void connection::close(std::string why) {
  state_->closed_because = std::move(why);
  state_->shut();
}

bool connection::quiet() const {
  char byte = 0;
  if (!state_->socket.is_open() || state_->timed_out) return false;
  const auto n = ::recv(state_->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace berth::k8s
