#include "test/support/memory_api/http_service.hpp"

#include "test/support/memory_api/http_session.hpp"
#include "test/support/memory_api/refusal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace berth::memory_api {

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

namespace {

constexpr std::size_t remembered_requests = 10'000;

answer to_answer(const fault& f) {
  answer a;
  a.status = f.status;
  a.content_type = f.content_type;
  a.body = body_of(f);
  a.retry_after = f.retry_after;
  return a;
}

}  // namespace

struct http_service::connection {
  explicit connection(tcp::socket socket) : wake(socket.get_executor()), http(make_http_session(std::move(socket))) {}

  void close() {
    closed = true;
    http->close();
    wake.cancel();
  }

  asio::steady_timer wake;  ///< cancelled when a watch has something to send, and when the connection is closed
  std::unique_ptr<http_session> http;
  bool watching = false;
  bool closed = false;
};

http_service::http_service(asio::io_context& context, settings with)
    : context_(context), with_(std::move(with)), acceptor_(context) {}

http_service::~http_service() = default;

/// A connection that breaks, or is closed, ends its coroutine; any other exception ends the process.
void http_service::spawn(awaitable<void> task) {
  asio::co_spawn(context_, std::move(task), [](std::exception_ptr problem) {
    try {
      if (problem) std::rethrow_exception(problem);
    } catch (const boost::system::system_error&) {
    }
  });
}

void http_service::listen(const tcp::endpoint& at) {
  acceptor_.open(at.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.bind(at);
  acceptor_.listen();
  spawn(accept());
}

void http_service::stop_listening() {
  acceptor_.close();
  close_connections();
}

void http_service::close_connections() {
  for (const auto& c : connections_) c->close();
}

std::uint16_t http_service::port() const { return acceptor_.local_endpoint().port(); }

void http_service::wake_watches() {
  for (const auto& c : connections_) {
    if (c->watching) c->wake.cancel();
  }
}

std::size_t http_service::open_watches() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(connections_, [](const auto& c) { return c->watching && !c->closed; }));
}

awaitable<void> http_service::accept() {
  for (;;) {
    auto c = std::make_shared<connection>(co_await acceptor_.async_accept(use_awaitable));
    connections_.insert(c);
    spawn(serve(c));
  }
}

awaitable<void> http_service::serve(std::shared_ptr<connection> c) {
  try {
    co_await serve_requests(c);
  } catch (const boost::system::system_error&) {
  }
  c->close();
  connections_.erase(c);
}

awaitable<void> http_service::serve_requests(std::shared_ptr<connection> c) {
  while (!c->closed) {
    const auto r = co_await c->http->read();
    if (!r) co_return;
    remember(*r);
    const auto wrong = with_.wrong.match(r->method, r->target);
    const auto is = [&](fault_kind kind) { return wrong && wrong->kind == kind; };
    if (is(fault_kind::delay)) {
      c->wake.expires_after(wrong->delay);
      co_await c->wake.async_wait(use_awaitable);
    }
    if (is(fault_kind::close)) co_return;
    answer a = is(fault_kind::answer) ? to_answer(*wrong) : with_.handle(*r);
    if (is(fault_kind::lose_answer)) co_return;
    if (a.watching) {
      co_await stream(c, watch(with_.objects, std::move(*a.watching), with_.now), r->target);
      co_return;
    }
    if (is(fault_kind::cut)) {
      co_await c->http->write_half(std::move(a));
      co_return;
    }
    co_await c->http->write(std::move(a));
    if (!c->http->keeps_alive()) co_return;
  }
}

void http_service::remember(const request& r) {
  requests_.push_back(r.method + " " + r.target);
  if (requests_.size() > remembered_requests) requests_.pop_front();
}

/// False where a fault ended the watch.
awaitable<bool> http_service::send_lines(std::shared_ptr<connection> c, std::vector<std::string> lines,
                                         std::string target) {
  std::string text;
  bool goes_on = true;
  for (const auto& line : lines) {
    const auto wrong = with_.wrong.match("WATCH", target);
    if (wrong && wrong->kind == fault_kind::drop) continue;
    goes_on = !wrong;
    if (wrong && wrong->kind == fault_kind::gone) {
      text += fmt::format("{{\"type\":\"ERROR\",\"object\":{}}}\n",
                          expired("too old resource version: 1 (2)").status().text());
    } else {
      text += goes_on ? line : line.substr(0, line.size() / 2);
    }
    if (!goes_on) break;
  }
  if (!text.empty()) co_await c->http->write_chunk(std::move(text));
  co_return goes_on;
}

awaitable<void> http_service::close_when_peer_leaves(std::shared_ptr<connection> c) {
  co_await c->http->wait_for_peer();
  c->close();
}

awaitable<void> http_service::stream(std::shared_ptr<connection> c, watch w, std::string target) {
  co_await c->http->begin_stream();
  c->watching = true;
  spawn(close_when_peer_leaves(c));
  const auto now = [] { return asio::steady_timer::clock_type::now(); };
  const auto end = now() + w.request().timeout;
  auto next_bookmark = now() + with_.bookmark_every;
  while (!c->closed) {
    auto lines = w.next();
    if (now() >= next_bookmark && w.request().bookmarks && !w.ended()) {
      lines.push_back(w.bookmark());
      next_bookmark = now() + with_.bookmark_every;
    }
    if (!co_await send_lines(c, std::move(lines), target)) co_return;
    if (w.ended() || now() >= end) break;
    // While it was sending nobody waited, so nobody was woken.
    if (w.behind()) continue;
    c->wake.expires_at(w.request().bookmarks ? std::min(end, next_bookmark) : end);
    boost::system::error_code woken;
    co_await c->wake.async_wait(asio::redirect_error(use_awaitable, woken));
  }
  co_await c->http->end_stream();
}

}  // namespace berth::memory_api
