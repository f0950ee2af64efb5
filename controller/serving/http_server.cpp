#include "controller/serving/http_server.hpp"

#include "controller/serving/http_listen.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <optional>

namespace berth::controller {

namespace {

/// Peers of one server never take more than an eighth of the files that the process may open.
http_limits affordable(http_limits limits) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY)
    limits.connections = std::min<std::size_t>(limits.connections, std::max<std::size_t>(files.rlim_cur / 8, 2));
  return limits;
}

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// A plain function as a handler: GET and HEAD alone.
k8s::task<http_answer> answer_get(const http_server::handler& answer, http_request request) {
  if (request.method != "GET" && request.method != "HEAD")
    co_return http_answer{.status = 405, .body = "", .allow = "GET, HEAD"};
  co_return answer(request.target);
}

}  // namespace

struct http_server::listener {
  listener(tcp::acceptor listening, http_limits limits)
      : acceptor(std::move(listening)),
        service(limits),
        one_left(acceptor.get_executor(), asio::steady_timer::time_point::max()) {}

  tcp::acceptor acceptor;
  http_service service;
  asio::steady_timer one_left;                       ///< cancelled whenever a connection has ended
  std::optional<asio::any_io_executor> connections;  ///< absent: the acceptor's strand
  handler plain_handler;
  std::list<std::shared_ptr<http_connection>> open;  ///< oldest first

  asio::any_io_executor next_executor() {
    return connections ? asio::any_io_executor(asio::make_strand(*connections)) : acceptor.get_executor();
  }
  k8s::task<void> look_after(std::shared_ptr<http_connection> connection);
  bool make_room();
  bool hang_up_on_the_idlest();
};

http_server::http_server(asio::any_io_executor strand, const std::string& address, handler answer)
    : listener_(std::make_unique<listener>(listen_on(strand, address), affordable({}))) {
  listener_->plain_handler = std::move(answer);
  listener* const self = listener_.get();
  self->service.answer = [self](http_request request) { return answer_get(self->plain_handler, std::move(request)); };
}

http_server::http_server(asio::any_io_executor strand, asio::any_io_executor connections, const std::string& address,
                         http_limits limits, std::shared_ptr<asio::ssl::context> tls, http_handler answer)
    : listener_(std::make_unique<listener>(listen_on(strand, address), affordable(limits))) {
  listener_->connections = std::move(connections);
  listener_->service.tls = std::move(tls);
  listener_->service.answer = std::move(answer);
}

http_server::~http_server() = default;

std::uint16_t http_server::port() const { return listener_->acceptor.local_endpoint().port(); }

std::size_t http_server::answering() const noexcept { return listener_->service.answering; }

void http_server::renew(std::shared_ptr<asio::ssl::context> tls) { listener_->service.tls = std::move(tls); }

void http_server::close() {
  listener_->service.closing = true;
  boost::system::error_code ignored;
  listener_->acceptor.close(ignored);
  for (const auto& c : listener_->open) c->hang_up();
}

// Here and not by asio's own forwarding of cancellation: that reaches into a coroutine of another strand, which may be
// ending at that moment.
k8s::task<void> http_server::listener::look_after(std::shared_ptr<http_connection> connection) {
  const auto here = open.insert(open.end(), connection);
  const auto strand = acceptor.get_executor();
  co_await asio::this_coro::throw_if_cancelled(false);
  asio::steady_timer ended(strand, asio::steady_timer::time_point::max());
  bool done = false;
  auto when_done = [&ended, &done](std::exception_ptr) {
    done = true;
    ended.cancel();
  };
  asio::co_spawn(connection->executor(), connection->serve(), asio::bind_executor(strand, std::move(when_done)));
  while (!done) {
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) connection->hang_up();
    const auto [woken] = co_await ended.async_wait(no_throw);
    static_cast<void>(woken);
  }
  open.erase(here);
  one_left.cancel();
}

// The connection closes a moment later; until then there is one more than the limit.
bool http_server::listener::make_room() { return open.size() < service.limits.connections || hang_up_on_the_idlest(); }

bool http_server::listener::hang_up_on_the_idlest() {
  const auto first_that = [this](http_connection::state what) {
    return std::find_if(open.begin(), open.end(), [what](const auto& c) { return c->now() == what; });
  };
  auto idle = first_that(http_connection::state::reading);
  // Peers that do not take in their answers keep nobody out either.
  if (idle == open.end()) idle = first_that(http_connection::state::writing);
  if (idle == open.end()) return false;
  (*idle)->hang_up();
  open.splice(open.end(), open, idle);  // asked once is enough
  return true;
}

k8s::task<void> http_server::run(task_group& group) {
  listener& l = *listener_;
  while (l.acceptor.is_open()) {
    auto [failed, socket] = co_await l.acceptor.async_accept(l.next_executor(), no_throw);
    if (failed) {
      // Out of descriptors, most likely: the connection stays in the backlog, until another's is given back. A
      // cancelled server unwinds here.
      l.hang_up_on_the_idlest();
      asio::steady_timer pause(l.acceptor.get_executor(), std::chrono::milliseconds(100));
      co_await pause.async_wait(no_throw);
      continue;
    }
    // Many at once: those that were hung up on are about to go, and the others wait in the backlog.
    while (l.acceptor.is_open() && l.open.size() >= 2 * l.service.limits.connections) {
      const auto [woken] = co_await l.one_left.async_wait(no_throw);
      static_cast<void>(woken);
    }
    if (!l.make_room()) continue;  // the socket closes itself
    auto connection = std::make_shared<http_connection>(std::move(socket), l.service);
    group.spawn("http connection", l.look_after(std::move(connection)));
  }
}

}  // namespace berth::controller
